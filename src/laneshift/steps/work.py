"""What a step is given and what it gives back.

A step is a function of an item and a tree. Its facts are deterministic and go into the evidence digest; its
observations (times, logs, counts that depend on the machine) are kept beside them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.code.intents import Applied, Intent, Rules
from laneshift.code.parsing import PARSING
from laneshift.config import Settings
from laneshift.evidence.port import StorePort
from laneshift.gates.judging import Memory
from laneshift.gates.sandbox import Limits, Sandbox, SuiteResult
from laneshift.gates.waivers import NONE, Waivers
from laneshift.lanes.atlas import Atlas, survey
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.standing import verdicts
from laneshift.lanes.contracts.verdicts import Verdict
from laneshift.lanes.crossings import Ground, Standing, standing
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.model import Lanes
from laneshift.manifests.applying import apply
from laneshift.repo.objects import Repository, Tree
from laneshift.steps.sessions import Sessions
from laneshift.steps.traces import Recorder

_KEPT = 16

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Author:
    """Who commits, and when in unix seconds. Both come from the plan."""

    name: str
    email: str
    when: int


@dataclass(frozen=True)
class Work:
    """One item at one step. `tree` is what the steps before made; `facts` and `seen` are what they found, by step."""

    batch: str
    base: str
    base_tree: Tree
    tree: Tree
    intent: Intent
    intent_digest: str
    verify_only: bool
    lane: str
    task: str
    author: Author
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a step ended. `status`: passed, failed, errored or not_applicable; `summary` is one sentence."""

    status: str
    summary: str
    tree: Tree
    facts: Mapping[str, Any] = field(default_factory=dict)
    observations: Mapping[str, Any] = field(default_factory=dict)
    log: str = ""

    @property
    def stops(self) -> bool:
        """Whether the item cannot go on."""
        return self.status in ("failed", "errored")


class Parts:
    """The real parts that steps work with, and what is shared between the items of a run.

    `moves` are the moves of the whole batch, in its order.
    """

    def __init__(
        self,
        repository: Repository,
        index: Index,
        sandbox: Sandbox,
        pytest: Sandbox,
        settings: Settings,
        lanes: Lanes,
        rules: Rules,
        store: StorePort,
        memory: Memory,
        recorder: Recorder | None = None,
        waivers: Callable[[], Waivers] = lambda: NONE,
        moves: Sequence[Intent] = (),
    ) -> None:
        self.repository = repository
        self.index = index
        self.sandbox = sandbox
        self.pytest = pytest
        self.sessions = Sessions(sandbox)
        self.settings = settings
        self.lanes = lanes
        self.rules = rules
        self.store = store
        self.memory = memory
        self.recorder = recorder
        self.waivers = waivers
        self.moves = moves
        self._standings: _Recent[str, Standing] = _Recent()
        self._surveys: _Recent[str, Atlas] = _Recent()
        self._graphs: _Recent[str, ImportGraph] = _Recent()
        self._suites: _Recent[tuple[str, tuple[str, ...], Limits], SuiteResult] = _Recent()
        self._applied: _Recent[tuple[str, Intent], Applied] = _Recent()

    def graph(self, tree: Tree, near: Tree | None = None) -> ImportGraph:
        """The import graph of `tree`; those of the last few trees are kept. `near` is a tree that differs little."""

        def compute() -> ImportGraph:
            with PARSING:
                if near is None or near == tree:
                    return ImportGraph.of(tree, self.index, self.rules.roots)
                return self.graph(near).next(tree, self.index, self.rules.roots)

        return self._graphs.get(tree.oid, compute)

    def standing(self, tree: Tree, near: Tree) -> Standing:
        """The lane violations of `tree`; those of the last few trees are kept. `near` is a tree that differs little."""

        def compute() -> Standing:
            base = None if near == tree else self.standing(near, near)
            roots = self.settings.source_roots
            with PARSING:
                atlas = atlas_of(tree, self.index, roots, None if base is None else self._surveyed(base.ground.atlas))
                return standing(Ground(atlas, self.lanes) if base is None else base.ground.on(atlas))

        return self._standings.get(tree.oid, compute)

    def _surveyed(self, atlas: Atlas) -> Atlas:
        """The atlas as this process makes it: from a kept one, each tree with other names would cost a whole survey."""
        if atlas.consulted is not None:
            return atlas
        return self._surveys.get(atlas.tree.oid, lambda: survey(atlas.tree, self.index, atlas.roots))

    def contracts(self, tree: Tree, near: Tree, options: Options) -> tuple[Verdict, ...]:
        """What becomes of the contracts of import-linter's `options` on a tree; `near` as for `standing`."""
        roots = self.settings.source_roots
        return verdicts(tree, self.index, options, roots, lambda: self.standing(tree, near).ground.atlas)

    def applied(self, work: Work) -> Applied:
        """The item's intent applied to the base of its plan."""

        def compute() -> Applied:
            with PARSING:
                return apply(work.base_tree, work.intent, self.rules, self.index.mentions)

        return self._applied.get((work.base_tree.oid, work.intent), compute)

    def baseline(self, tree: Tree, selection: Sequence[str], limits: Limits) -> SuiteResult:
        """A suite on a tree that many items start from; the last few runs are kept."""
        key = (tree.oid, tuple(selection), limits)
        return self._suites.get(key, lambda: self.sandbox.suite(tree.oid, selection, limits))

    @property
    def limits(self) -> Limits:
        """What one item's own runs may use."""
        tests = self.settings.tests
        return Limits(seconds=tests.item_seconds, memory_mib=tests.memory_mib)


Step = Callable[[Work, Parts], Outcome]


class _Recent(Generic[Key, Value]):
    """The last few values; two threads that miss together both compute, which is harmless for pure values."""

    def __init__(self) -> None:
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, compute: Callable[[], Value]) -> Value:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = compute()
        with self._lock:
            self._values[key] = value
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)
        return value
