"""The tables of a station's database, each file one table and its questions; every function wants a connection."""
