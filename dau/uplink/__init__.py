"""One task per platform: takes what is owed to it from the database, sends it, and ends a delivery with a receipt."""
