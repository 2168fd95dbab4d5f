"""Keeping long-running programs alive together, and ending them together."""
