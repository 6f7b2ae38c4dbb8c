"""What a benchmark hands to the report: measured rows, what they are held against, and how they came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.measure import Summary


@dataclass(frozen=True, slots=True)
class Claim:
    """A goal and what was measured for it, in the same unit; `met` says whether it was reached."""

    text: str
    goal: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One benchmark. `chart` is an SVG text, or empty."""

    name: str
    title: str
    rows: Sequence[Summary]
    claims: Sequence[Claim] = ()
    notes: Sequence[str] = ()
    chart: str = ""
    table: Sequence[Sequence[str]] = field(default_factory=tuple)

    def as_dict(self) -> Mapping[str, object]:
        """For JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "rows": [row.as_dict() for row in self.rows],
            "claims": [
                {"text": each.text, "goal": each.goal, "measured": each.measured, "met": each.met}
                for each in self.claims
            ],
            "notes": list(self.notes),
            "table": [list(row) for row in self.table],
        }


def at_most(text: str, measured: float, goal: float, unit: str) -> Claim:
    """A figure that must not be larger."""
    return Claim(text, f"at most {goal:g} {unit}", f"{measured:.2f} {unit}", measured <= goal)


def at_least(text: str, measured: float, goal: float, unit: str) -> Claim:
    """A figure that must not be smaller."""
    return Claim(text, f"at least {goal:g} {unit}", f"{measured:.1f} {unit}", measured >= goal)
