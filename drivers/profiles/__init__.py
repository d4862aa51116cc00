"""Profiles of instruments that ship with the unit: one file for each model, see README.md."""
