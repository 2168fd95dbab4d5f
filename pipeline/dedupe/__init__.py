"""Which articles are copies of one dispatch. Pure; the database side is in store/clusters.py."""
