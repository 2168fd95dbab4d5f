"""Feeds: the catalogue, the parsers of their documents, and the schedule of polls. Pure."""
