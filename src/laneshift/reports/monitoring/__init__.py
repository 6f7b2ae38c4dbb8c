"""Dashboards and alerts over the catalogue of metrics, for those who store them. Pure."""
