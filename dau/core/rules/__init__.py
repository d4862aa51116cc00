"""What a platform would complain about later, as pure rules over closed periods; nothing here changes any data."""
