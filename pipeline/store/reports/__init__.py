"""Read-only queries that gather everything known about one article, dispatch or meeting."""
