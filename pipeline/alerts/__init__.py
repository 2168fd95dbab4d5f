"""Alerts: which changes are told to whom, and how."""
