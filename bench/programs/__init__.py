"""What is timed, besides `laneshift` itself: each a program of its own, so that it is measured as a whole process."""

from __future__ import annotations
