"""The driver dcon."""
