"""Understand which official meetings are planned, moved, called off and held, and follow each of them. Pure."""
