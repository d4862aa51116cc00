"""The driver hj212."""
