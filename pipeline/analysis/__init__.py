"""What analysts take out: the cookbook's answers and whole views, as files other programs read."""
