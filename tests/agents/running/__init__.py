"""Agents that laneshift starts."""
