"""The steps of the engine in which a step of a flow is tried, and in which one that waits looks again.

The order is: recorded that it began, performed, recorded how it ended. Each of these records has a key of its own and
the first one stands, so that asking again after a crash gives the same answer. One that began and has no end was in
flight when a process died: it is repeated, looks first, or waits for a person, as the flow says.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from laneshift.errors import Bug
from laneshift.evidence.records import Record
from laneshift.flows.model import WAIT
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.effects import NOT_DONE, Done, Effects, Failed, NotYet, Outcome, Signal, TimedOut, Work
from laneshift.runs.flowing.packing import Json, unpacked
from laneshift.runs.flowing.settling import TIMED_OUT, Told, about, mark_failing, place_of, settle, told_of
from laneshift.runs.flowing.stops import stop_of, stopped
from laneshift.runs.workshop import Workshop

_DIGITS = 16
_SLICE_SECONDS = 600.0
"""The longest sleep of a workflow that waits: whoever wakes it may have died before that."""


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


class Trying:
    """Every method takes and gives JSON, and may be asked again."""

    def __init__(
        self, shop: Workshop, effects: Effects, clock: Callable[[], int] = now_ms, parked: set[str] | None = None
    ) -> None:
        """`parked` is kept to the effects' keys of those steps that wait in this process."""
        self._shop = shop
        self._parked = set[str]() if parked is None else parked
        self._effects = effects
        self._now = clock

    @cached_property
    def _origin(self) -> str:
        """Tells this journal from others: a schedule's run has one id wherever its flow is, and is another effect."""
        return self._shop.journal.checkpoint().origin.removeprefix("sha256:")[:_DIGITS]

    def attempt(self, given: Mapping[str, Json]) -> Told:
        """One attempt of a step: {kind, settings, timeout, again, retry, try} or {skip}, {fault}, {child}."""
        place = place_of(given)
        known = self._shop.journal.get(place.key(given["try"], "first"))
        if known is not None:
            return self._known(given, known)
        if given.get("skip"):
            return self._end(given, {"state": "skipped"})
        if fault := given.get("fault"):
            return settle(self._shop, given, "first", Failed(fault["code"], fault["what"]), self._now())
        if (stop := stop_of(self._shop.journal, given, self._now())) is not None:
            return self._end(given, stop)
        began, again = self._began(given, "began")
        if "child" in given:
            return self._end(given, {"state": "waiting", "waits": [], "until": None})
        if again and given["again"] == "ask":
            return self._ask(given, "first")
        outcome = self._perform(given, began, again=again)
        return settle(self._shop, given, "first", outcome, self._now())

    def again(self, given: Mapping[str, Json]) -> Told:
        """Look at a step that waits: {turn, signals, stopped, asked} besides. Only its end is recorded."""
        place = place_of(given)
        known = self._shop.journal.get(place.key(given["try"], "ended"))
        if known is not None:
            return self._known(given, known)
        if (stop := given["stopped"]) is not None:
            late = stop["state"] == "timed-out"
            told = settle(self._shop, given, "ended", TimedOut(stop["what"]), self._now()) if late else None
            return told or self._end(given, stop, "ended")
        began = self._shop.journal.get(place.key(given["try"], "began"))
        if began is None:
            raise Bug("flow.not-begun", f"{place.effect} waits and never began")
        if given["asked"]:
            return self._answered(given, began)
        return self._seen(given, began)

    def _seen(self, given: Mapping[str, Json], began: Record) -> Told:
        """Do a step that waited; where it waits on, nothing is recorded."""
        outcome = self._perform(given, began, again=True)
        if isinstance(outcome, NotYet):
            return self._not_yet(outcome)
        return settle(self._shop, given, "ended", outcome, self._now())

    def look(self, given: Mapping[str, Json]) -> Told:
        """Whether a workflow that waits has something to do, and how long to sleep otherwise; takes a signal."""
        now = self._now()
        self._parked.discard(place_of(given).effect)
        stop, latest = stop_of(self._shop.journal, given, now), None
        if stop is None:
            latest = self._latest(given)
            stop = _late(given, latest, now)
        if stop is not None:
            return {"ready": True, "stopped": stop, "signals": []}
        signals, fresh = self._signals(given)
        ends = [each for each in (given["look_at"], given["until"], latest) if each is not None]
        due = given["look_at"] is not None and now >= given["look_at"]
        seconds = min([_SLICE_SECONDS, *(max(end - now, 1) / 1000 for end in ends)])
        if not due and not fresh:
            self._parked.add(place_of(given).effect)
        return {"ready": due or fresh, "stopped": None, "signals": signals, "seconds": seconds}

    def _known(self, given: Mapping[str, Json], known: Record) -> Told:
        if known.facts["state"] in ("failed", "timed-out"):
            mark_failing(self._shop, given, known.facts)
        return told_of(known.facts)

    def _began(self, given: Mapping[str, Json], name: str) -> tuple[Record, bool]:
        mark = secrets.token_hex(4)
        facts = {**about(given), "kind": given.get("kind", ""), "mark": mark}
        record = self._shop.journal.append(place_of(given).key(given["try"], name), keys.STEP_BEGAN, facts)
        return record, record.facts["mark"] != mark

    def _end(self, given: Mapping[str, Json], told: Told, record: str = "first") -> Told:
        """Record an end that no effect had part in."""
        key = place_of(given).key(given["try"], record)
        return told_of(self._shop.journal.append(key, keys.STEP_ENDED, {**about(given), **told}).facts)

    def _ask(self, given: Mapping[str, Json], record: str) -> Told:
        what = "a process died in its midst: answer `repeat`, `done` or `fail`"
        return self._end(given, {**_asking(given), "what": what}, record)

    def _answered(self, given: Mapping[str, Json], began: Record) -> Told:
        answer = given["signals"][-1]["value"] if given["signals"] else None
        if isinstance(answer, Mapping) and "done" in answer:
            return settle(self._shop, given, "ended", Done(answer["done"]), self._now())
        if answer == "done":
            return settle(self._shop, given, "ended", Done(None), self._now())
        if answer == "fail":
            said = Failed("flow.person-said", "a person said that it failed")
            return settle(self._shop, given, "ended", said, self._now())
        if answer != "repeat" or self._began(given, f"repeat-{given['turn']}")[1]:
            return _asking(given)
        return self._seen(given, began)

    def _not_yet(self, outcome: NotYet) -> Told:
        until = None if outcome.seconds is None else self._now() + int(outcome.seconds * 1000)
        return {"state": "waiting", "what": outcome.what, "waits": list(outcome.signals), "until": until}

    def _perform(self, given: Mapping[str, Json], began: Record, *, again: bool) -> Outcome:
        signals = tuple(Signal(**each) for each in given.get("signals", ()))
        if given["kind"] == WAIT:
            return _wait(given["settings"], began.at, signals, self._now())
        work = Work(
            kind=given["kind"],
            settings=given["settings"],
            key=f"{place_of(given).effect}@{self._origin}",
            attempt=given["try"],
            again=again,
            folder=self._shop.repository.work_dir,
            deadline=self._deadline(given),
            stopped=stopped(self._shop.journal, given),
            signals=signals,
            purpose=given["purpose"],
        )
        if again and given["again"] == "look" and not signals:
            seen = self._effects.perform(replace(work, purpose="look"))
            if not (isinstance(seen, Failed) and seen.code == NOT_DONE):
                return seen
        return self._effects.perform(work)

    def _deadline(self, given: Mapping[str, Json]) -> float | None:
        """When it has to end, in Unix seconds. A repeat has its whole time again, but for that of the flow."""
        now = self._now() / 1000
        ends = [] if given["timeout"] is None else [now + given["timeout"]]
        if given["until"] is not None:
            ends.append(given["until"] / 1000)
        return min(ends, default=None)

    def _latest(self, given: Mapping[str, Json]) -> int | None:
        """When a wait is over, in Unix ms: time counts for it while no process is there."""
        if given["timeout"] is None or given["turn"] == 0:
            return None
        began = self._shop.journal.get(place_of(given).key(given["try"], "began"))
        return None if began is None else began.at + int(given["timeout"] * 1000)

    def _signals(self, given: Mapping[str, Json]) -> tuple[list[Told], bool]:
        """The signals that this step has had, and whether one is new. At most one is taken at a time."""
        run, mine = given["run"], _taker(given)
        if not given["waits"]:
            return [], False
        taken = {each.facts["id"]: each.facts for each in self._shop.journal.records(prefix=keys.of(run, "taken", ""))}
        given_to_run = self._shop.journal.records(prefix=keys.of(run, "signal", ""))
        fresh = False
        for record in given_to_run:
            id_ = record.facts["id"]
            facts = {"run": run, "id": id_, **mine, "turn": given["turn"]}
            if id_ not in taken and not fresh and record.facts["name"] in given["waits"]:
                taken[id_] = self._shop.journal.append(keys.of(run, "taken", id_), keys.TAKEN, facts).facts
            fresh = fresh or taken.get(id_) == facts
        had = [
            {**{name: record.facts[name] for name in ("id", "name", "by")}, "value": unpacked(record.facts["value"])}
            for record in given_to_run
            if (held := taken.get(record.facts["id"])) is not None and {name: held[name] for name in mine} == mine
        ]
        return had, fresh


def _asking(given: Mapping[str, Json]) -> Told:
    """How a step stands that waits for a person to say what to do with it."""
    return {"state": "asking", "waits": [f"again-{given['step']}"], "until": None}


def _late(given: Mapping[str, Json], latest: int | None, now: int) -> Told | None:
    if latest is None or now < latest:
        return None
    return {"state": "timed-out", "code": TIMED_OUT, "what": f"nothing came in {given['timeout']:g} seconds"}


def _taker(given: Mapping[str, Json]) -> Told:
    return {name: given[name] for name in ("attempt", "step", "index", "purpose", "try")}


def _wait(settings: Mapping[str, Json], began: int, signals: tuple[Signal, ...], now: int) -> Outcome:
    if "signal" in settings:
        if signals:
            return Done({"value": signals[0].value, "by": signals[0].by})
        return NotYet(None, f"waits for the signal {settings['signal']}", (str(settings["signal"]),))
    until = int(settings["until"] * 1000) if "until" in settings else began + int(settings["seconds"] * 1000)
    return Done(None) if now >= until else NotYet((until - now) / 1000, "waits for its time")
