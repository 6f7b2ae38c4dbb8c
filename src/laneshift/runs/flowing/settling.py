"""How what an effect came to is recorded, and when a step that failed is tried again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from laneshift.errors import Bug, LaneshiftError
from laneshift.evidence.redaction import redact_text
from laneshift.flows.model import Retry
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.effects import Cancelled, Done, Failed, NotYet, Outcome, TimedOut
from laneshift.runs.flowing.keys import Place
from laneshift.runs.flowing.packing import Json, packed, unpacked
from laneshift.runs.workshop import Workshop

TIMED_OUT, CANCELLED, OTHER_FAILED = "flow.timed-out", "flow.cancelled", "flow.other-failed"
_LONGEST_WORDS = 4_000

Told = dict[str, Any]


def place_of(given: Mapping[str, Json]) -> Place:
    """What an argument of a step of the engine is about."""
    return Place(given["run"], given["attempt"], given["step"], given["index"], given["purpose"])


def about(given: Mapping[str, Json]) -> Told:
    """The facts that every record of a step has."""
    told = {name: given[name] for name in ("run", "attempt", "step", "index", "purpose", "me")}
    return {**told, "try": given["try"]}


def told_of(facts: Mapping[str, Any]) -> Told:
    """What a record says of a step, for the workflow."""
    told = {name: facts[name] for name in ("state", "code", "what", "waits", "until") if name in facts}
    if "value" in facts:
        told["value"] = unpacked(facts["value"])
    return told


def settle(shop: Workshop, given: Mapping[str, Json], record: str, outcome: Outcome, now: int) -> Told:
    """Record what a step came to under the key `record` of its place; what was recorded first stands."""
    found = _facts(given, outcome, now)
    try:
        written = _append(shop, given, record, found)
    except LaneshiftError as error:
        if error.exit_code != 2:
            raise
        # The journal refuses the value: that is how the step failed, and it would again.
        written = _append(shop, given, record, {"state": "failed", "code": error.code, "what": error.what})
    return written


def decided(given: Mapping[str, Json], code: str, what: str, now: int, end: str = "failed") -> Told:
    """A failure with what follows from it: another attempt after a pause, or the end."""
    told = given.get("retry") or {}
    retry = Retry(**{**told, "on": tuple(told.get("on", ()))})
    words = {"code": code, "what": redact_text(what)[:_LONGEST_WORDS]}
    if retry.tries_again(given["try"], code):
        return {"state": "paused", **words, "until": now + math.ceil(retry.pause(given["try"]) * 1000)}
    return {"state": end, **words}


def _facts(given: Mapping[str, Json], outcome: Outcome, now: int) -> Told:
    match outcome:
        case Done(value):
            try:
                return {"state": "done", "value": packed(value)}
            except LaneshiftError as error:
                return {"state": "failed", "code": error.code, "what": error.what}
        case Failed(code, what, why):
            return decided(given, code, f"{what}: {why}" if why else what, now)
        case TimedOut(what):
            return decided(given, TIMED_OUT, what, now, "timed-out")
        case Cancelled(what):
            return {"state": "cancelled", "code": CANCELLED, "what": redact_text(what)}
        case NotYet(seconds, what, signals):
            until = None if seconds is None else now + math.ceil(seconds * 1000)
            return {"state": "waiting", "what": redact_text(what), "waits": list(signals), "until": until}
    raise Bug("flow.unknown-outcome", f"an effect came to {outcome!r:.80}")


def _append(shop: Workshop, given: Mapping[str, Json], record: str, found: Told) -> Told:
    facts = {**about(given), **found}
    written = shop.journal.append(place_of(given).key(given["try"], record), keys.STEP_ENDED, facts)
    mark_failing(shop, given, written.facts)
    return told_of(written.facts)


def mark_failing(shop: Workshop, given: Mapping[str, Json], facts: Mapping[str, Any]) -> None:
    """Have nothing more begin in an attempt in which a step failed for good; also where a process died before it."""
    failed = facts["state"] in ("failed", "timed-out") and not given["may_fail"]
    if failed and given["purpose"] == "do":
        where = keys.of(given["run"], given["attempt"], "failing")
        told = {"run": given["run"], "attempt": given["attempt"], "step": given["step"]}
        shop.journal.append(where, keys.FAILING, told)
