"""What the journal tells of those who took items: a pure fold over its records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift.evidence.records import Record
from laneshift.reports.agents.handed import Handing
from laneshift.reports.agents.history import Ends
from laneshift.reports.agents.model import REJECTED, Rejected

_FAILING = ("failed", "errored")
Key = tuple[str, str]
"""A plan and an item of it."""


@dataclass
class Told:
    """The journal's word, while it is read and afterwards.

    `states` is what became of every item that was taken, `rejected` tells of those that were set aside. `gates` counts
    failures by plan and gate. `took` are milliseconds from taking an item to its end, once for each time it was taken.
    `landings` has the items of each landing. `faults` are records whose evidence could not be read. `handing` is what
    agents were handed, held and brought.
    """

    states: dict[Key, str] = field(default_factory=dict)
    rejected: dict[Key, Rejected] = field(default_factory=dict)
    gates: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    took: list[tuple[str, int]] = field(default_factory=list)
    landings: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    ends: list[Ends] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    handing: Handing = field(default_factory=Handing)


def read(records: Iterable[Record], notes: Callable[[str], Any]) -> Told:
    """Fold the records. `notes` gives the notes of a step by their digest, and raises `LookupError` or `ValueError`
    where they are gone or damaged."""
    told, since = Told(), dict[Key, int]()
    for record in records:
        facts = record.facts
        key = (str(facts.get("plan", "")), str(facts.get("item", "")))
        if record.kind == "item.claimed":
            told.states[key] = "running"
            told.rejected.pop(key, None)
            since[key] = record.at
        elif record.kind == "item.settled":
            _settled(told, key, facts)
            if key in since:
                told.took.append((key[0], max(record.at - since.pop(key), 0)))
        elif record.kind == "step.ended" and facts.get("step") == "gates" and facts.get("status") in _FAILING:
            _gates(told, record, notes)
        elif record.kind == "run.ended":
            left = [each for each, state in told.states.items() if each[0] == key[0] and state == "running"]
            told.states.update(dict.fromkeys(left, "waiting"))
        elif record.kind == "land.recorded":
            items = tuple(map(str, facts["items"]))
            told.landings[record.key] = (key[0], items)
            told.ends.append(_ends(record))
            told.states.update({(key[0], item): "landed" for item in items})
        elif record.kind == "rollback.recorded":
            told.states.update({(key[0], str(item)): "ready-to-land" for item in facts["items"]})
        else:
            told.handing.read(record, notes)
    return told


def _settled(told: Told, key: Key, facts: Mapping[str, Any]) -> None:
    state = str(facts["state"])
    told.states[key] = state
    if state in REJECTED:
        step, cause = (str(facts.get(name, "")) for name in ("step", "cause"))
        told.rejected[key] = Rejected(*key, state, step, cause)


def _gates(told: Told, record: Record, notes: Callable[[str], Any]) -> None:
    """Count the gates that failed an item. Where its evidence is gone that is a fault: it was not none."""
    plan = str(record.facts["plan"])
    try:
        found = notes(str(record.facts["notes"]))["seen"].get("verdicts", ())
        gates = [str(each["gate"]) for each in found if each["status"] in _FAILING]
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        told.faults.append(f"{record.key}: which gates failed cannot be read: {error}")
        return
    told.gates[plan].update(gates or ["gates"])


def _ends(record: Record) -> Ends:
    base, tip, tested = (str(record.facts.get(name, "")) for name in ("base", "tip", "tested"))
    return Ends(record.key, base, tip, tested)
