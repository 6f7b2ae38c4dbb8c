"""Lanes: named regions of the repository, their stability, and who may import whom."""
