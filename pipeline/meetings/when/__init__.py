"""Written dates -> ranges of days."""
