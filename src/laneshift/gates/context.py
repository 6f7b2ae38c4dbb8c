"""What every gate is given: the change as two trees, what the item claims about it, and the ports to check it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from laneshift.gates.sandbox import Limits, Sandbox, SuiteResult
from laneshift.gates.verdict import Verdict
from laneshift.repo.objects import Tree

Unresolved = frozenset[tuple[str, str]]
"""Imports that find no module in the repository: path of the importer, dotted name."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an item says about itself, before anybody looked."""

    files: frozenset[str]
    tests_passed: int
    message: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Change:
    """One item's change. `modules` and `importers` map each dotted name after the change to the one before."""

    before: Tree
    after: Tree
    paths: Mapping[str, str]
    modules: Mapping[str, str]
    importers: Mapping[str, str]
    roots: Sequence[str]
    smoke: Sequence[str]
    smoke_before: Sequence[str]
    smoke_pass_rate: float
    claims: Claims
    limits: Limits

    def changed(self) -> dict[str, str]:
        """Paths after the change whose content or mode is not what it was, with the path before."""
        before, after = self.before.entries, self.after.entries
        origin = {new: self.paths.get(new, new) for new in after}
        return {new: origin[new] for new, entry in after.items() if before.get(new) != entry}


@dataclass(frozen=True)
class Ports:
    """The outside world as gates may use it."""

    sandbox: Sandbox
    unresolved: Callable[[Tree], Unresolved]
    baseline: Callable[[Tree, Sequence[str], Limits], SuiteResult]
    """A suite on the tree before the change; many items share that tree, so its runs are remembered."""


class Gate(Protocol):
    """A named check. `applies` is decided before anything runs; `check` gives exactly one verdict."""

    id: str
    description: str

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Judge the change."""
        ...
