"""Topics: what an article is about, by rules an analyst can read."""
