"""The driver line."""
