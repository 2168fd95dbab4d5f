"""Mentions -> the state of a meeting -> the changes worth an alert."""
