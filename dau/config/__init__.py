"""Settings of a station: typed, strict, and precise about every mistake."""
