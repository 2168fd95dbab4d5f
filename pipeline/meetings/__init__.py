"""Meetings: parties (who), dates (when), what a text says (read), and the state after all reports (follow).
Pure."""
