"""The settings of a station: what is read, and what is said about every mistake."""
