"""What every gate is given: the change as two trees, what the item claims about it, and the ports to check it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from laneshift.config import Settings
from laneshift.gates.sandbox import Limits, Sandbox, SuiteResult
from laneshift.gates.verdict import Exempt, Verdict
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.verdicts import Verdict as ContractVerdict
from laneshift.lanes.crossings import Standing
from laneshift.lanes.model import Lanes
from laneshift.manifests.fields import only_manifests
from laneshift.repo.differences import differences
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
class Settled:
    """The change once what it waits for has moved too: the tree then, and each path and module with its old name."""

    tree: Tree
    paths: Mapping[str, str]
    modules: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One item's change. `modules` and `importers` map each dotted name after the change to the one before.

    `settings` and `lanes` are those of the plan's base, so that a change cannot loosen what it is checked by.
    """

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
    settings: Settings
    lanes: Lanes
    item: str = ""
    settled: Settled | None = None
    """None where it waits for nothing. Rules of lanes are for the tree that it has."""

    def changed(self) -> dict[str, str]:
        """Paths after the change whose content or mode is not what it was, with the path before."""
        return {new: self.paths.get(new, new) for new in self.touched if new in self.after}

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """Every path that the change added, removed or altered, sorted."""
        return tuple(sorted(differences(self.before, self.after)))

    @property
    def only_manifests(self) -> bool:
        """Whether manifests changed and nothing else, so that no test of code could tell before from after."""
        return only_manifests(self.touched)


@dataclass(frozen=True)
class Ports:
    """The outside world as gates may use it."""

    sandbox: Sandbox
    unresolved: Callable[[Tree], Unresolved]
    baseline: Callable[[Tree, Sequence[str], Limits], SuiteResult]
    """A suite on the tree before the change; many items share that tree, so its runs are remembered."""
    standing: Callable[[Tree, Tree], Standing]
    """The lane violations of a tree; the second one is a tree that differs in a few files."""
    contracts: Callable[[Tree, Tree, Options], tuple[ContractVerdict, ...]]
    """As `standing`, for the contracts of a configuration of import-linter's."""


class Gate(Protocol):
    """A named check. `applies` is decided before anything runs; `check` gives exactly one verdict.

    `cost` is roughly how many seconds a check takes: cheaper gates go first. `runs_code` says that the project's own
    code runs, whose results are not always the same: then only passes are remembered. `runs` is how often the sandbox
    is used, each time for at most the change's limits.
    """

    id: str
    description: str
    cost: float
    runs_code: bool
    runs: int

    def applies(self, change: Change) -> Exempt | None:
        """Why the gate does not apply to this change; None when it does."""
        ...

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """Everything that the verdict depends on, as canonical JSON: ids of blobs and trees, settings, versions."""
        ...

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Judge the change."""
        ...


class Always:
    """What gates are that every change is put through: one with nothing to check errs, it is not exempt."""

    def applies(self, change: Change) -> Exempt | None:  # noqa: ARG002 - every gate has the same signature
        """It does."""
        return None
