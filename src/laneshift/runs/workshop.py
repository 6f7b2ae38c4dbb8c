"""What every use case works with: the repository, its records, and the ports. Made by `wiring`, handed down."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import time

from laneshift.code.index import Index
from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.evidence.keys.port import NoRing, Ring
from laneshift.evidence.port import JournalPort, ResultsPort, StorePort
from laneshift.evidence.signing import NoKeys, NoteKeys
from laneshift.forge.port import Forge
from laneshift.gates.sandbox import Sandbox
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.codemod_foreign import Rewriter
from laneshift.runs.engine.port import Engine, Program
from laneshift.runs.events import Event, silent
from laneshift.runs.fixer import Fixing, NoFixing
from laneshift.runs.plan import Plan
from laneshift.runs.plan_files import Plans
from laneshift.runs.state import BatchState
from laneshift.runs.states import States
from laneshift.telemetry.port import Silent, Telemetry


def no_forge() -> Forge:
    """The forge of a workshop that was made without one. Raises `Refused` (`forge.none`)."""
    raise Refused("forge.none", "there is no forge here to review anything at")


def nothing() -> None:
    """What there is to get ready where nobody said."""


@dataclass(frozen=True)
class Workshop:
    """The parts of one repository. `sandbox` and `engine` are opened when they are first needed."""

    repository: Repository
    plans: Plans
    journal: JournalPort
    store: StorePort
    results: ResultsPort
    index: Index
    sandbox: Callable[[Settings], Sandbox]
    engine: Callable[[Program, int, str], AbstractContextManager[Engine]]
    now: Callable[[], int]
    tool: str
    rewriter: Callable[[Settings], Rewriter]
    report: Callable[[Event], None] = field(default=silent)
    shared: bool = False
    """Whether other clones share the records, so that a branch of this one alone is nobody's meeting point."""
    keys: NoteKeys = field(default_factory=NoKeys)
    """What the journal's seals are signed with."""
    ring: Ring = field(default_factory=NoRing)
    """What attestations are signed with, and whose are believed."""
    name: str = ""
    """What its users call the repository, where its address does not tell; empty when they did not say."""
    clock: Callable[[], int] = field(default=lambda: int(time()))
    """The time in unix seconds as it is. Unlike `now` nothing stands in for it: what expires goes by this."""
    telemetry: Telemetry = field(default_factory=Silent)
    """Who is told of what the journal records."""
    forge: Callable[[], Forge] = field(default=no_forge)
    """Where people review what is to land. Opened when it is first needed."""
    fixing: Fixing = field(default_factory=NoFixing)
    """Who mends items that failed."""
    foresee: Callable[[], None] = field(default=nothing)
    """Called when work begins that will run the project's code: what that needs may be got ready meanwhile."""
    states: States = field(default_factory=States)
    """What this process has read of the journal of each plan."""

    def state(self, plan: Plan) -> BatchState:
        """Where every item of the plan is now."""
        return self.states.of(self.journal, plan)

    def settings(self, tree: Tree) -> Settings:
        """The settings that `tree` carries."""
        return load(lambda path: tree.read(path) if path in tree else None)
