"""Meetings: who meets, when, what a text says of it (read), and how it stands after all reports (follow). Pure."""
