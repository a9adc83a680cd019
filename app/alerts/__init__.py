"""Alerts: rules of the catalogue judged on complete minutes, and remembered across restarts."""
