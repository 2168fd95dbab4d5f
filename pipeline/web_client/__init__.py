"""The one polite, guarded HTTP client. Start at client.py."""
