"""The steps of the engine for what has parts: members of a step with `each`, and runs of sub-flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from laneshift.errors import LaneshiftError
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.effects import Cancelled, Done, Failed, Outcome, TimedOut
from laneshift.runs.flowing.packing import Json
from laneshift.runs.flowing.records import kept, pinned, start
from laneshift.runs.flowing.settling import TIMED_OUT, Told, about, place_of, settle, told_of
from laneshift.runs.flowing.state import Run, find, flow_run
from laneshift.runs.flowing.stops import stop_of
from laneshift.runs.flowing.trying import now_ms
from laneshift.runs.workshop import Workshop


class Parts:
    """Every method takes and gives JSON, and may be asked again."""

    def __init__(self, shop: Workshop, clock: Callable[[], int] = now_ms) -> None:
        self._shop = shop
        self._now = clock

    def fanned(self, given: Mapping[str, Json]) -> Told:
        """Record how many members a step has: {count}; or that it does not begin."""
        given = {**given, "try": 1, "may_fail": True}
        known = self._shop.journal.get(place_of(given).key(1, "first"))
        if known is not None:
            return told_of(known.facts)
        counted = self._shop.journal.get(place_of(given).key("fanned"))
        if counted is None and (stop := stop_of(self._shop.journal, given, self._now())) is not None:
            facts = {**about(given), **stop}
            return told_of(self._shop.journal.append(place_of(given).key(1, "first"), keys.STEP_ENDED, facts).facts)
        facts = {name: given[name] for name in ("run", "attempt", "step", "count")}
        return {"count": self._shop.journal.append(place_of(given).key("fanned"), keys.FANNED, facts).facts["count"]}

    def joined(self, given: Mapping[str, Json]) -> Told:
        """Record what the members came to: {ends}. It is done when each is."""
        ends = given["ends"]
        bad = [each for each in ends if each["state"] not in ("done", "skipped")]
        outcome: Outcome = Done([each["value"] for each in ends])
        if bad:
            outcome = _as_outcome(bad, len(ends))
        return settle(self._shop, {**given, "try": 1}, "joined", outcome, self._now())

    def part(self, given: Mapping[str, Json]) -> Told:
        """Ask for the run of a sub-flow, or for another attempt of it: {flow, inputs, timeout, try}."""
        place, number = place_of(given), given["try"]
        known = self._shop.journal.get(place.key(number, "first"))
        if known is not None:
            return told_of(known.facts)
        began = self._shop.journal.get(place.key(number, "began"))
        if began is None:
            if (stop := stop_of(self._shop.journal, given, self._now())) is not None:
                facts = {**about(given), **stop}
                return told_of(self._shop.journal.append(place.key(number, "first"), keys.STEP_ENDED, facts).facts)
            child = keys.below(given["run"], given["step"], given["index"])
            before = find(self._shop.journal, child)
            attempt = 1 if before is None else before.attempt + 1
            facts = {**about(given), "kind": "flow", "child": child, "child_attempt": attempt}
            began = self._shop.journal.append(place.key(number, "began"), keys.STEP_BEGAN, facts)
        return self._begun(given, began.facts["child"], began.facts["child_attempt"], began.at)

    def _begun(self, given: Mapping[str, Json], child: str, attempt: int, began: int) -> Told:
        try:
            run = self._asked(given, child)
            if attempt > 1:
                facts = {"run": child, "attempt": attempt, "from": "", "by": run.by}
                key = keys.of(child, "retry", attempt)
                if self._shop.journal.get(key) is None:
                    told = {**facts, "kept": kept(pinned(self._shop.store, run.digest), run)}
                    self._shop.journal.append(key, keys.RETRIED, told, durable=True)
        except LaneshiftError as error:
            what = "; ".join([error.what, *map(str, error.faults)])
            return settle(self._shop, given, "first", Failed(error.code, what), self._now())
        until = [given["until"], None if given["timeout"] is None else began + int(given["timeout"] * 1000)]
        return {
            "child": {
                "run": child,
                "attempt": attempt,
                "line": [[child, attempt], *given["line"]],
                "until": min((each for each in until if each is not None), default=None),
                "key": f"{child}#{attempt}",
            }
        }

    def part_ended(self, given: Mapping[str, Json]) -> Told:
        """Record how the run of a sub-flow ended: {end}."""
        end = given["end"]
        outcome: Outcome
        if end["state"] == "done":
            outcome = Done(end["value"])
        elif end["state"] == "cancelled":
            outcome = Cancelled(end["what"])
        elif end["state"] == "timed-out":
            outcome = TimedOut(end["what"])
        else:
            outcome = Failed(end["code"], end["what"])
        return settle(self._shop, given, "ended", outcome, self._now())

    def part_back(self, given: Mapping[str, Json]) -> Told:
        """Record that what a sub-flow did is taken back: {ends}."""
        bad = [each for each in given["ends"] if each["state"] != "done"]
        outcome = Failed(bad[0]["code"], bad[0]["what"]) if bad else Done(None)
        return settle(self._shop, given, "ended", outcome, self._now())

    def _asked(self, given: Mapping[str, Json], child: str) -> Run:
        above = flow_run(self._shop.journal, given["run"])
        flows = {name: pinned(self._shop.store, digest) for name, digest in above.definitions.items()}
        return start(
            self._shop, flows, given["flow"], given["inputs"], above.by, via=above.via, run=child, parent=above.id
        )


def _as_outcome(bad: list[Told], of: int) -> Outcome:
    """How a step ends of whose members some did not end well: as the first that is the cause of the others."""
    first = min(bad, key=lambda each: each["code"] == "flow.other-failed")
    what = f"{len(bad)} of {of} did not end well; the first: {first['what']}"
    if first["state"] == "cancelled":
        return Cancelled(what)
    return TimedOut(what) if first["code"] == TIMED_OUT else Failed(first["code"], what)
