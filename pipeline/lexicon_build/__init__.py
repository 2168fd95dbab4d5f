"""Builds config/languages/<code>/forms.csv: every form of the verbs of verbs.csv, and what form it is."""
