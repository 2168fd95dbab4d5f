"""Alerts: rules that route changes to channels, and the messages."""
