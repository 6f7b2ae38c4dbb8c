"""Labelled submissions of agents, judged by laneshift and by others."""
