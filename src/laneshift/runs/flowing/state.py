"""What the journal says of runs of flows. No engine is opened for it.

Records are taken as transitions of `flows.machine`; one that its state has no transition for (a worker that was
replaced may still write) changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from laneshift.errors import Refused
from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.flows import machine as m
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.packing import Json, unpacked


@dataclass(frozen=True, slots=True)
class StepAt:
    """A step, one of many (`index`), of the attempt that last had to do with it. Times are Unix ms, 0 for not yet.

    `waits` are the signals that it waits for; `until` is when it looks again, or is tried again.
    """

    name: str
    index: int | None
    state: m.StepState
    attempt: int = 1
    began: int = 0
    ended: int = 0
    tries: int = 0
    code: str = ""
    what: str = ""
    waits: tuple[str, ...] = ()
    until: int = 0
    seq: int = 0

    def as_json(self) -> dict[str, Json]:
        """Plain data."""
        told: dict[str, Json] = {
            "name": self.name,
            "state": self.state.name,
            "attempt": self.attempt,
            "tries": self.tries,
            "began": self.began or None,
            "ended": self.ended or None,
        }
        if self.index is not None:
            told["index"] = self.index
        if isinstance(self.state, m.Done):
            told["value"] = self.state.value
        for name in ("code", "what", "until"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        return {**told, "waits": list(self.waits)} if self.waits else told


@dataclass(frozen=True, slots=True)
class Given:
    """A signal that a run was given; `taken` names the step that had it."""

    id: str
    name: str
    value: Json
    by: str
    at: int
    taken: str = ""


@dataclass(frozen=True)
class Run:
    """One run of a flow, as its records tell. Times are Unix ms, 0 for not yet."""

    id: str
    flow: str
    definitions: Mapping[str, str]
    inputs: Mapping[str, Json]
    by: str
    via: str
    key: str
    parent: str
    at: int
    state: m.FlowState = field(default_factory=m.Asked)
    attempt: int = 1
    began: int = 0
    ended: int = 0
    code: str = ""
    what: str = ""
    cancelled_by: str = ""
    steps: dict[tuple[str, int | None], StepAt] = field(default_factory=dict)
    fans: Mapping[str, int] = field(default_factory=dict)
    signals: tuple[Given, ...] = ()
    waiters: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    seq: int = 0

    @property
    def digest(self) -> str:
        """The digest of the definition that it pins."""
        return self.definitions[self.flow]

    @property
    def over(self) -> bool:
        """Whether nothing happens any more, unless somebody asks for it."""
        return isinstance(self.state, (m.Succeeded, m.Stopped))

    @property
    def standing(self) -> str:
        """The name of its state; `waiting` while nothing is at work and something waits."""
        states = {type(step.state) for step in self.steps.values()}
        waits = states & {m.Waiting, m.Paused} and not states & {m.Working, m.Undoing}
        return "waiting" if isinstance(self.state, m.Running) and waits else self.state.name

    def step(self, name: str, index: int | None = None) -> StepAt:
        """Where a step is."""
        return self.steps.get((name, index)) or StepAt(name, index, m.Pending())

    def as_json(self) -> dict[str, Json]:
        """Plain data."""
        return {
            "id": self.id,
            "flow": self.flow,
            "digest": self.digest,
            "state": self.standing,
            "attempt": self.attempt,
            "inputs": dict(self.inputs),
            "by": self.by,
            "parent": self.parent or None,
            "at": self.at,
            "began": self.began or None,
            "ended": self.ended or None,
            "code": self.code or None,
            "what": self.what or None,
            "cancelled_by": self.cancelled_by or None,
            "steps": [step.as_json() for step in self.steps.values()],
            "signals": [
                {"id": each.id, "name": each.name, "by": each.by, "taken": each.taken} for each in self.signals
            ],
        }


def flow_runs(journal: JournalPort) -> list[Run]:
    """Every run, oldest first."""
    return list(folded(journal.records(prefix=keys.PREFIX)).values())


def flow_run(journal: JournalPort, run: str) -> Run:
    """One run. Raises `Refused` (`flow.no-run`, `flow.bad-run`)."""
    found = find(journal, keys.checked(run))
    if found is None:
        raise no_run(run)
    return found


def find(journal: JournalPort, run: str) -> Run | None:
    """The run with this id, if there is one."""
    return folded(journal.records(prefix=keys.of(run, ""))).get(run)


def no_run(run: str) -> Refused:
    """There is no run with this id."""
    return Refused("flow.no-run", f"there is no run {run!r}", cure="`laneshift flow list-runs` lists them")


def run_before(journal: JournalPort, run: str, seq: int) -> Run:
    """The run as it was before the record with this number."""
    return folded(each for each in journal.records(prefix=keys.of(run, "")) if each.seq < seq)[run]


def folded(records: Iterable[Record], known: Mapping[str, Run] | None = None) -> dict[str, Run]:
    """The runs that `records` tell of, by id; those of `known` go on from where they were."""
    found, mine = dict(known or {}), set[str]()
    for record in records:
        name = str(record.facts.get("run"))
        if record.kind == keys.ASKED:
            found[name] = _asked(record)
        elif name in found and name not in mine:
            # A copy that is filled from here on: a step may have thousands of members.
            found[name] = replace(found[name], steps=dict(found[name].steps))
        mine.add(name)
        if name in found:
            found[name] = replace(_next(found[name], record), seq=record.seq)
    return found


def _asked(record: Record) -> Run:
    told = record.facts
    rest = {name: told[name] for name in ("flow", "by", "via", "key", "parent")}
    rest["definitions"] = dict(told["definitions"])
    return Run(id=told["run"], inputs=unpacked(told["inputs"]), at=record.at, seq=record.seq, **rest)


def _next(run: Run, record: Record) -> Run:
    told = record.facts
    match record.kind, run.state:
        case keys.BEGAN, m.Asked() as state:
            return replace(run, state=state.began(), began=record.at)
        case keys.RETRIED, m.Stopped() as state:
            kept = tuple(told["kept"])
            return replace(
                run,
                state=state.retried(),
                attempt=told["attempt"],
                kept=kept,
                ended=0,
                code="",
                what="",
                cancelled_by="",
            )
        case keys.STOPPING, m.Running() as state:
            return replace(run, state=state.stopping(told["state"]), code=told["code"], what=told["what"])
        case keys.ENDED, m.Running() as state if told["state"] == "done":
            return replace(run, state=state.succeeded(), ended=record.at)
        case keys.ENDED, m.Stopping() as state:
            return replace(run, state=state.ended(), ended=record.at)
        case keys.ENDED, (m.Asked() | m.Running()) if told["state"] != "done":
            # The engine gave it up: there was no way back any more.
            return replace(run, state=m.Stopped(told["state"]), ended=record.at, code=told["code"], what=told["what"])
        case keys.SIGNALLED, _:
            given = Given(told["id"], told["name"], unpacked(told["value"]), told["by"], record.at)
            return replace(run, signals=(*run.signals, given))
        case keys.TAKEN, _:
            taken = tuple(replace(each, taken=told["step"]) if each.id == told["id"] else each for each in run.signals)
            return replace(run, signals=taken)
        case keys.CANCEL, _:
            return replace(run, cancelled_by=told["by"])
        case keys.FANNED, _:
            return replace(run, fans={**run.fans, told["step"]: told["count"]})
        case ((keys.STEP_BEGAN | keys.STEP_ENDED), _):
            return _of_step(run, record)
    return run


def _of_step(run: Run, record: Record) -> Run:
    told = record.facts
    place = (told["step"], told.get("index"))
    before = run.steps.get(place)
    if before is None or (before.attempt != told["attempt"] and told["purpose"] == "do"):
        before = StepAt(*place, m.Pending(), told["attempt"])
    moved = _moved(before.state, record)
    if moved is None:
        return run
    began = record.kind == keys.STEP_BEGAN
    after = replace(
        before,
        state=moved,
        began=before.began or record.at,
        ended=0 if began or isinstance(moved, (m.Waiting, m.Paused)) else record.at,
        tries=max(before.tries, told.get("try", 0)),
        code=told.get("code", ""),
        what=told.get("what", ""),
        waits=tuple(told.get("waits", ())),
        until=told.get("until") or 0,
        seq=record.seq,
    )
    waiters = run.waiters
    if told.get("me") and told["me"] not in waiters:
        waiters = (*waiters, told["me"])
    run.steps[place] = after
    return replace(run, waiters=waiters)


def _moved(state: m.StepState, record: Record) -> m.StepState | None:
    told, back = record.facts, record.facts["purpose"] == "undo"
    if record.kind == keys.STEP_BEGAN:
        match state:
            case m.Done() if back:
                return state.taken_back()
            case m.Pending() | m.Paused() if not back:
                return state.began()
        return None
    if back:
        return _back(state, told)
    return _on(state.signalled() if isinstance(state, m.Waiting) else state, told)


def _back(state: m.StepState, told: Mapping[str, Any]) -> m.StepState | None:
    if not isinstance(state, m.Undoing) or told["state"] in ("paused", "waiting"):
        return None
    return state.undone() if told["state"] == "done" else state.failed(told.get("code", ""), told.get("what", ""))


def _on(state: m.StepState, told: Mapping[str, Any]) -> m.StepState | None:
    code, what = told.get("code", ""), told.get("what", "")
    match told["state"], state:
        case "done", m.Working():
            return state.done(unpacked(told["value"]))
        case "done", m.Pending():
            # A step of many, whose members were at work.
            return state.began().done(unpacked(told["value"]))
        case "paused", m.Working():
            return state.paused()
        case (("waiting" | "asking"), m.Working()):
            return state.waits()
        case "skipped", m.Pending():
            return state.skipped()
        case "failed", (m.Working() | m.Pending()):
            return state.failed(code, what)
        case "timed-out", (m.Working() | m.Pending() | m.Paused()):
            return state.timed_out()
        case "cancelled", (m.Working() | m.Pending() | m.Paused()):
            return state.cancelled()
    return None
