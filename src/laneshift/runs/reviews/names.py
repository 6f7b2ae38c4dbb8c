"""What a change is called: its branch, and its key at the forge. Pure.

The branch is not below `laneshift/<batch>/`, where branches of items are: git cannot have a branch inside a branch.
"""

from __future__ import annotations

import hashlib
import re

from laneshift.repo.ref_names import check, component

HEADS = "refs/heads/"
BRANCHES = "laneshift-pr/"
_DIGITS, _SHOWN = 12, 60


def branch_of(batch: str, lane: str = "") -> str:
    """`laneshift-pr/<batch>`, or `laneshift-pr/<batch>@<lane>`: two batches or lanes never have the same one."""
    name = f"{BRANCHES}{component(batch)}" + (f"@{component(lane)}" if lane else "")
    return check(f"{HEADS}{name}").removeprefix(HEADS)


def key_of(batch: str, lane: str = "") -> str:
    """The key of the change, by which it is found again at the forge."""
    branch = branch_of(batch, lane)
    slug = re.sub(r"[^a-z0-9]+", "-", branch.removeprefix(BRANCHES).lower()).strip("-")[:_SHOWN].strip("-")
    known = hashlib.sha256(branch.encode()).hexdigest()[:_DIGITS]
    return "-".join(filter(None, ("land", slug, known)))
