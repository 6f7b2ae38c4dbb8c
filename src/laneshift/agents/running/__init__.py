"""Agents that laneshift itself starts: in the sandbox, on a checkout of their own, for as long as their limits say."""
