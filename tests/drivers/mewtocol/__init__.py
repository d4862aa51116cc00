"""The driver mewtocol."""
