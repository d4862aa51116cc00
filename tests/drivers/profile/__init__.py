"""Tests of what every profile says."""
