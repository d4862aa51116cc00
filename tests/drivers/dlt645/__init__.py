"""The driver dlt645."""
