"""Worked cases of data quality, held against the functions of the unit: ``python -m tests.quality_cases FILE.json``.

A case names an operation, its input and what must come out. Each file here adapts some operations to the functions that
the unit itself uses; it may rename and regroup, but computes nothing.
"""
