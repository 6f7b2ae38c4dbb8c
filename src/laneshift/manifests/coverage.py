"""How many of a tree's modules have a valid manifest, and why each of the others has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laneshift.manifests.discovery import Discovered
from laneshift.manifests.told import Rejected


@dataclass(frozen=True, slots=True)
class Coverage:
    """`valid` of `discovered` modules have a valid manifest. `missing` is every other one, with its reason; `aside` is
    how many folders and files of code are no modules of their own, by the settings."""

    valid: int
    discovered: int
    missing: tuple[Rejected, ...]
    aside: int
    goal: float

    @property
    def share(self) -> float:
        """From 0 to 1. Of nothing, nothing is covered."""
        return self.valid / self.discovered if self.discovered else 0.0

    @property
    def reached(self) -> bool:
        """Whether the goal is reached; never without a module."""
        return self.discovered > 0 and self.share >= self.goal


def coverage(found: Discovered, there: Iterable[str], faulty: Iterable[tuple[str, str]], goal: float) -> Coverage:
    """The coverage of the modules `found`. `there` are the manifests of the tree, `faulty` those with what is wrong.

    A module that is refused a manifest counts as one without: a refusal makes nothing covered.
    """
    wrong: dict[str, str] = {}
    for path, what in faulty:
        wrong.setdefault(path, what)
    known = frozenset(there)
    missing = list(found.rejected)
    for unit in found.units:
        if unit.manifest not in known:
            missing.append(Rejected(unit.path, "it has no manifest yet"))
        elif unit.manifest in wrong:
            missing.append(Rejected(unit.path, f"its manifest is not valid: {wrong[unit.manifest]}"))
    total = len(found.units) + len(found.rejected)
    ordered = tuple(sorted(missing, key=lambda each: each.path))
    return Coverage(total - len(ordered), total, ordered, len(found.aside), goal)
