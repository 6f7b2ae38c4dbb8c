"""A report of health as plain records. Pure.

No figure is ever made up: a share has a denominator above zero, a section that passes has figures, and what could not
be measured is a section of its own kind, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from laneshift.errors import Bug

TITLES: Mapping[str, str] = {
    "ruff": "Ruff",
    "smoke": "Smoke tests",
    "unit": "Unit tests",
    "imports": "Imports",
    "lanes": "Lanes",
    "manifests": "Manifests",
    "contracts": "Contracts",
    "openapi": "OpenAPI",
    "coverage": "Coverage",
    "dependencies": "Dependencies",
    "trend": "Trend",
}
NOTES = 50
"""How many notes of a section are told; the others are counted."""

Better = Literal["less", "more", "either"]


class State(StrEnum):
    """How a section stands. `errored` fails the report as `failed` does; `left_out` is for the settings to say."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: `value`, or `value` of `of`. `limit` says what it is held to, empty for nothing."""

    name: str
    words: str
    value: int
    of: int | None = None
    limit: str = ""
    holds: bool = True
    better: Better = "less"

    def __post_init__(self) -> None:
        """Raise `Bug` for a share of nothing, a negative number, or more than all."""
        if self.value < 0 or (self.of is not None and (self.of <= 0 or self.value > self.of)):
            raise Bug("health.no-figure", f"{self.name}: {self.value} of {self.of} is no figure")

    @property
    def told(self) -> str:
        """The number as it is written: `12`, or `9/10`."""
        return str(self.value) if self.of is None else f"{self.value}/{self.of}"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report. `rows` are counts by name for a chart, `notes` the first findings, `more` the rest."""

    id: str
    state: State
    reason: str
    figures: tuple[Figure, ...] = ()
    rows: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    more: int = 0

    def __post_init__(self) -> None:
        """Raise `Bug` for a section that passes without a figure, or is in error without a reason."""
        if self.state in (State.PASSED, State.FAILED) and not self.figures:
            raise Bug("health.no-figure", f"section {self.id} is {self.state.value} and has measured nothing")
        if self.state is State.ERRORED and not self.reason:
            raise Bug("health.no-reason", f"section {self.id} is in error for no reason")

    @property
    def title(self) -> str:
        """What people call it."""
        return TITLES[self.id]

    def as_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes an equal section."""
        return {
            "id": self.id,
            "state": self.state.value,
            "reason": self.reason,
            "figures": [
                {name: getattr(each, name) for name in ("name", "words", "value", "of", "limit", "holds", "better")}
                for each in self.figures
            ],
            "rows": [[name, count] for name, count in self.rows],
            "notes": list(self.notes),
            "more": self.more,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Section:
        """The inverse of `as_json`. Raises `KeyError`, `TypeError`, `ValueError` or `Bug` for anything else."""
        figures = tuple(Figure(**each) for each in value["figures"])
        rows = tuple((str(name), int(count)) for name, count in value["rows"])
        notes = tuple(map(str, value["notes"]))
        return cls(value["id"], State(value["state"]), value["reason"], figures, rows, notes, int(value["more"]))


@dataclass(frozen=True, slots=True)
class Run:
    """What an earlier run measured: figures by `section.name`, as they are told. `when` is in Unix seconds."""

    tree: str
    when: int
    passes: bool
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Health:
    """The report about a tree. `history` are the earlier runs, oldest first; `when` is in Unix seconds."""

    tree: str
    when: int
    sections: tuple[Section, ...]
    history: tuple[Run, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether something was measured, nothing failed and nothing is in error."""
        states = {section.state for section in self.sections}
        return State.PASSED in states and not states & {State.FAILED, State.ERRORED}

    def count(self, state: State) -> int:
        """How many sections stand so."""
        return sum(section.state is state for section in self.sections)

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure by `section.name`."""
        return {f"{section.id}.{each.name}": each for section in self.sections for each in section.figures}

    @property
    def run(self) -> Run:
        """This run, as later ones remember it."""
        told = {name: figure.told for name, figure in self.figures.items()}
        return Run(self.tree, self.when, self.passes, told)


def count(name: str, words: str, value: int, most: int | str = "any", better: Better = "less") -> Figure:
    """A number held to `most`, or to nothing where that is `any`."""
    if isinstance(most, str):
        return Figure(name, words, value, better=better)
    return Figure(name, words, value, None, f"at most {most}", value <= most, better)


def rate(name: str, words: str, good: int, total: int, least: Decimal | None = None) -> Figure:
    """A share held to `least`, from 0 to 1, exactly: no rounding decides. Raises `Bug` where `total` is nothing."""
    if least is None:
        return Figure(name, words, good, total, better="more")
    return Figure(name, words, good, total, f"at least {least * 100:f} %", good >= least * total, "more")


def judged(
    section: str, figures: Iterable[Figure], notes: Iterable[str] = (), rows: Iterable[tuple[str, int]] = ()
) -> Section:
    """The section: failed where a figure does not hold, and then the reason names each that does not."""
    told = tuple(figures)
    all_notes = [_line(note) for note in notes]
    bad = [f"{each.words}: {each.told}, {each.limit}" for each in told if not each.holds]
    state = State.FAILED if bad else State.PASSED
    left = max(len(all_notes) - NOTES, 0)
    return Section(section, state, "; ".join(bad), told, tuple(rows), tuple(all_notes[:NOTES]), left)


def errored(section: str, reason: str) -> Section:
    """The section could not be measured."""
    return Section(section, State.ERRORED, _line(reason))


def left_out(section: str) -> Section:
    """The settings do without it."""
    return Section(section, State.LEFT_OUT, "health.without names it")


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
