"""Tests of the difficult platforms."""
