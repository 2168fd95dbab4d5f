"""fetch: download article pages and keep their bytes, first once and then again by a plan (refetch)."""
