"""wirewatch: reads news feeds, follows planned official meetings, alerts with proof when one changes."""

__version__ = "0.1.0"
