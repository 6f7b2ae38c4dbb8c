"""What a change tells its readers, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item. `what` says in one line what it does; `gates` has the verdicts of its gates."""

    id: str
    what: str
    lane: str
    files: int
    commit: str
    gates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """What an agent did to one item: `did` is `mended` or `submitted`, and `paths` are the files that it changed."""

    item: str
    agent: str
    did: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateFacts:
    """One gate over all items, in numbers; `missing` is how many items it said nothing about."""

    gate: str
    passed: int = 0
    waived: int = 0
    not_applicable: int = 0
    bad: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class SuiteFacts:
    """The tests of the combined tree. `on_base` were red before, `flaky` were green on a second run."""

    passed: int
    on_base: int
    flaky: int


@dataclass(frozen=True, slots=True)
class CanaryFacts:
    """The last canary that ended."""

    done: int
    bad: int
    ok: bool
    result: str


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Everything that the body of a change says. `digests` and `evidence` are names with what they name, in order."""

    plan: str
    batch: str
    lane: str
    target: str
    remote: str
    branch: str
    base: str
    tip: str
    items: tuple[ItemFacts, ...]
    gates: tuple[GateFacts, ...] = ()
    suite: SuiteFacts | None = None
    canary: CanaryFacts | None = None
    approvers: tuple[str, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    agents: tuple[AgentFacts, ...] = ()


def gates_of(items: tuple[ItemFacts, ...], waived: Mapping[str, frozenset[str]]) -> tuple[GateFacts, ...]:
    """The gates of all items in numbers, by name. `waived` are the gates of each item that a waiver let pass."""
    names = sorted({gate for item in items for gate in item.gates})
    return tuple(_gate(name, items, waived) for name in names)


def _gate(name: str, items: tuple[ItemFacts, ...], waived: Mapping[str, frozenset[str]]) -> GateFacts:
    counted = {"passed": 0, "waived": 0, "not_applicable": 0, "bad": 0, "missing": 0}
    for item in items:
        said = item.gates.get(name, "missing")
        if name in waived.get(item.id, ()):
            said = "waived"
        counted[said if said in counted else "bad"] += 1
    return GateFacts(name, **counted)
