"""Where steps do their work: the repository's parts, the forge, what runs commands, and what is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.forge.port import Changes, Issues
from laneshift.gates.sandbox import Limits, RunResult
from laneshift.gates.verdict import Verdict
from laneshift.repo.objects import Tree
from laneshift.runs.workshop import Workshop

Json = Any


class Stoppable(Protocol):
    """What runs commands of flows: the sandbox of tests, ended early when somebody says so."""

    def stoppable(self, tree: str, argv: Sequence[str], limits: Limits, until: int) -> RunResult:
        """As `Sandbox.run`, and ended as soon as the descriptor `until` is readable or has no writer any more."""
        ...


Judge = Callable[["Site", Tree, Mapping[str, Json]], Verdict]
"""A check of a whole tree. It raises `LaneshiftError` where it cannot be made, and never passes without a figure."""


@dataclass(frozen=True)
class Site:
    """`sandboxed` makes what runs commands by given settings, `environ` holds secrets by name. `actions` are
    `acting.Action` by name. `own` runs laneshift itself, as a process beside this one, until it ends or is told to."""

    shop: Workshop
    issues: Issues
    changes: Changes
    sandboxed: Callable[[Settings], Stoppable]
    environ: Mapping[str, str] = field(repr=False)
    own: Callable[[Sequence[str], Callable[[], bool]], int]
    actions: Mapping[str, Any] = field(default_factory=dict)
    judges: Mapping[str, Judge] = field(default_factory=dict)
    workers: int = 0

    def tree(self, rev: str) -> Tree:
        """The tree of a revision; of the last commit where none is named. Raises `Refused`."""
        return self.shop.repository.tree(rev or "HEAD")

    def settings(self) -> Settings:
        """The settings of the last commit: what lies in the work tree loosens nothing."""
        return self.shop.settings(self.tree(""))

    def secret(self, name: str) -> str:
        """The secret in this environment variable. Raises `Refused` (`flow.secret-missing`)."""
        value = self.environ.get(name, "")
        if not value:
            raise Refused(
                "flow.secret-missing",
                f"the environment variable {name} is not set where this step runs",
                where=name,
                cure=f"set {name} for `laneshift worker`, or for `laneshift flow run --wait`",
            )
        return value
