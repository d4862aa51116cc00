"""Tests of what stands beside the data."""
