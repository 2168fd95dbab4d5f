"""Recognise copies of one dispatch, edits and stories. Pure; the database side is in store/clusters.py."""
