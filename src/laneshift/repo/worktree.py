"""The user's own work trees, as other rooms see them: which there are, what they hold, and how they are written to."""

from __future__ import annotations

from laneshift.repo.checkouts import WorkTree, checked_out_at, is_checked_out, work_trees
from laneshift.repo.forward import Overlap, fast_forward, overlapping_changes
from laneshift.repo.snapshot import snapshot
from laneshift.repo.writing import apply

__all__ = [
    "Overlap",
    "WorkTree",
    "apply",
    "checked_out_at",
    "fast_forward",
    "is_checked_out",
    "overlapping_changes",
    "snapshot",
    "work_trees",
]
