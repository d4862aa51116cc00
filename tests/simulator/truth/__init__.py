"""Tests of the second computation and of the comparison."""
