"""Tests of the plant physics."""
