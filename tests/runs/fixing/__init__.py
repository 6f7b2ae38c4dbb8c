"""Mending items that failed."""
