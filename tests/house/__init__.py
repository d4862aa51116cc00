"""Checks of the house itself: sizes, names, documents, lock files, and the test machinery."""
