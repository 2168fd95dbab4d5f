"""Decides when to fetch a page again, what counts as a new version, and what a reprocess changed. Pure."""
