"""Scores each step against labelled sets, and times it: `wirewatch eval …` and `wirewatch bench …`."""
