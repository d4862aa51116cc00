"""Platforms that behave as badly as real ones: for trying what a unit makes of them."""
