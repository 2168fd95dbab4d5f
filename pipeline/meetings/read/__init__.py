"""Sentence -> claims -> one mention per meeting."""
