"""Drivers of the unit: one folder for each language of instruments, all of the same shape."""
