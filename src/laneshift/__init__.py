"""Laneshift lands many code changes in one Python monorepo, in parallel, safely, and proves it."""

__version__ = "0.1.0"
