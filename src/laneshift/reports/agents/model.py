"""A report about agents as plain records. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.repo.numstat import Numstat
from laneshift.reports.agents.handed import Handed

STATES = ("landed", "verified", "ready-to-land", "running", "waiting", "quarantined", "held")
"""What can have become of an item that was taken; the last two are rejected."""
REJECTED = ("quarantined", "held")


@dataclass(frozen=True, slots=True)
class Who:
    """An agent of the settings, or a person. `owner` answers for an agent, and is empty for a person."""

    email: str
    name: str
    owner: str = ""

    @property
    def is_agent(self) -> bool:
        """Whether the settings name it."""
        return bool(self.owner)


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a plan, and whether the plan is known here: the journal outlives plans of earlier versions."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A landed commit as git has it. `email` is that of the agent in its trailers, else its author's."""

    oid: str
    item: str
    email: str
    name: str
    when: int
    counts: tuple[Numstat, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What git says of a branch: its landed commits, oldest first, and those of them that later reverts took back.

    `landings` has, for each landing that the journal tells of, the landed commits between its ends; None where one of
    them is not in the history of the branch. `brought` has the paths that each accepted submission changes; None where
    its commits are not here.
    """

    tip: str
    commits: tuple[Commit, ...]
    taken_back: frozenset[str]
    landings: Mapping[str, tuple[str, ...] | None]
    brought: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that did not get through: in which plan, at which step, for what cause."""

    plan: str
    item: str
    state: str
    step: str
    cause: str


@dataclass(frozen=True, slots=True)
class Agent:
    """One of those who work here.

    `states` says what became of the items that were taken, by the journal; `commits`, `files` (paths, each once),
    `added`, `deleted` and `taken_back` are git's. `gates` counts failures by gate, `milliseconds` are those from taking
    an item to its end, over `timed` items.
    """

    who: Who
    states: Mapping[str, int]
    commits: int
    taken_back: int
    files: int
    added: int
    deleted: int
    gates: Mapping[str, int]
    rejected: tuple[Rejected, ...]
    milliseconds: int
    timed: int
    landed: tuple[tuple[str, str], ...] = ()
    """Id and item of every commit, oldest first."""
    handed: Handed = field(default_factory=Handed)
    """Packs, claims and submissions, by the journal."""
    brought: int = 0
    """Paths that its accepted submissions change, each once, by git."""

    @property
    def taken(self) -> int:
        """How many items were taken, in all plans together."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Agents:
    """The report. `faults` are where journal and git do not say the same, or something could not be read."""

    tip: str
    agents: tuple[Agent, ...]
    faults: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether journal and git agree on everything."""
        return not self.faults
