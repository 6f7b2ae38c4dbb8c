"""What one record of the journal says in samples. Pure: what else must be known is asked of a `Look`.

Facts are read with care: a journal may have been written by another version, and a count that is missing is no reason
to stop telling the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from laneshift.evidence.records import Record
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import Metric, Sample

Facts = Mapping[str, Any]


class Look(Protocol):
    """What a record refers to."""

    def at(self, key: str) -> int | None:
        """When the record with this key was made, in unix milliseconds; None where there is none."""
        ...

    def notes(self, digest: str) -> Mapping[str, Any] | None:
        """The evidence file with this digest; None where it cannot be read."""
        ...


def samples(record: Record, look: Look) -> tuple[Sample, ...]:
    """Every sample that `record` gives. A record counts once, whoever appended it."""
    told = _KINDS.get(record.kind)
    return (known.JOURNAL_RECORDS.sample(1, kind=record.kind), *(() if told is None else told(record, look)))


def run_of(record: Record) -> str:
    """The key of the run in which the item of an `item.settled` came to its end; "" for one that a landing held."""
    end = f"/{record.facts.get('item', '')}/settled"
    return record.key.removesuffix(end) if record.key.endswith(end) else ""


def is_culprit(facts: Facts) -> bool:
    """Whether an item is held since it turns tests red, or breaks lanes or imports.

    One that the target does not allow has no evidence.
    """
    return facts.get("state") == "held" and bool(facts.get("evidence"))


def _settled(record: Record, look: Look) -> Iterator[Sample]:
    state = str(record.facts.get("state"))
    yield known.ITEMS.sample(1, outcome=state)
    if is_culprit(record.facts):
        yield known.CULPRITS.sample(1)
    if run := run_of(record):
        claim = f"{run}/claim/{record.facts['item']}"
        yield from _time(known.ITEM_TIME, record, look.at(claim), outcome=state)


def _step(record: Record, look: Look) -> Iterator[Sample]:
    facts = record.facts
    step = str(facts.get("step"))
    yield known.STEPS_DONE.sample(1, step=step, outcome=str(facts.get("status")))
    yield known.LOOKUPS.sample(1, found="remembered" if facts.get("cached") else "computed")
    yield from _time(known.STEP_TIME, record, look.at(f"{record.key.removesuffix('ended')}began"), step=step)
    if step in ("gates", "check_deps"):
        yield from _noted(step, str(facts.get("notes", "")), look)


def _noted(step: str, digest: str, look: Look) -> Iterator[Sample]:
    """What only the evidence of a step tells."""
    notes = look.notes(digest)
    found = None if notes is None else notes.get("facts")
    if not isinstance(found, Mapping):
        yield known.MISSING.sample(1)
        return
    if step == "check_deps":
        if many := _many(found.get("lane_violations")):
            yield known.VIOLATIONS.sample(many)
        return
    for gate, verdict in found.items():
        if gate not in ("code", "type"):
            yield known.VERDICTS.sample(1, gate=str(gate), verdict=str(verdict))


def _land_started(record: Record, _: Look) -> Iterator[Sample]:
    yield known.ATTEMPTS.sample(1, aim="check" if record.facts.get("check") else "land")


def _land_ended(record: Record, look: Look) -> Iterator[Sample]:
    result = str(record.facts.get("result"))
    yield known.LANDINGS.sample(1, result=result)
    began = look.at(f"{record.key.removesuffix('ended')}started")
    yield from _time(known.LANDING_TIME, record, began, result=result)


def _observed(record: Record, _: Look) -> Iterator[Sample]:
    if record.facts.get("there") != record.facts.get("new"):
        yield known.RETRIES.sample(1)


def _suite(record: Record, _: Look) -> Iterator[Sample]:
    facts = record.facts
    yield known.SUITES.sample(1, outcome="red" if facts.get("blamed") else "green")
    passed = facts.get("passed")
    yield known.TESTS.sample(max(0, passed) if isinstance(passed, int) else 0, outcome="passed")
    for name in ("blamed", "flaky", "on_base"):
        if many := _many(facts.get(name)):
            yield known.TESTS.sample(many, outcome=name)


def _cut(record: Record, _: Look) -> Iterator[Sample]:
    many = record.facts.get("items")
    if isinstance(many, int) and many > 0:
        yield known.TRAIN.sample(many)


def _rolled_back(record: Record, _: Look) -> Iterator[Sample]:
    yield known.ROLLBACKS.sample(1)
    yield known.TAKEN_BACK.sample(_many(record.facts.get("items")))


def _landed(record: Record, _: Look) -> Iterator[Sample]:
    yield known.LANDED.sample(_many(record.facts.get("items")))


def _canary(record: Record, _: Look) -> Iterator[Sample]:
    yield known.CANARIES.sample(1, result="ok" if record.facts.get("ok") else "bad")


def _lease(_record: Record, _: Look) -> Iterator[Sample]:
    yield known.LEASES.sample(1)


_KINDS: dict[str, Callable[[Record, Look], Iterator[Sample]]] = {
    "item.settled": _settled,
    "step.ended": _step,
    "land.started": _land_started,
    "land.ended": _land_ended,
    "land.observed": _observed,
    "land.recorded": _landed,
    "suite.ran": _suite,
    "train.cut": _cut,
    "rollback.recorded": _rolled_back,
    "canary.recorded": _canary,
    "worker.lease-lost": _lease,
}


def _time(metric: Metric, record: Record, began: int | None, **labels: str) -> Iterator[Sample]:
    """The seconds since `began`, where that is known. Clocks of several machines may disagree; time never is less."""
    if began is not None:
        yield metric.sample(max(0, record.at - began) / 1000, **labels)


def _many(value: object) -> int:
    return len(value) if isinstance(value, (list, tuple)) else 0
