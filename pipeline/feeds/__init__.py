"""Feeds: which ones there are, and what one of their documents says."""
