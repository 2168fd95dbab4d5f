"""poll: ask each due feed and save what it lists. Feeds pushed by a hub go the same way."""
