"""Requests for work, in the journal: a server writes them down, and a worker takes them.

A plan has one request at a time, and each has a number: the record that would open the next is the same for everybody
who asks at once, and the journal keeps one of them. What a request came to is a record too, so that nobody has to be
there to see it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan

Verb = Literal["canary", "run", "land", "ship", "rollback"]
Standing = Literal["waiting", "working", "done", "failed", "withdrawn"]
MADE, TAKEN, ENDED = "request.made", "request.taken", "request.ended"
KINDS = (MADE, TAKEN, ENDED)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Times are unix milliseconds, 0 for what has not happened.

    `attempts` are the numbers of the last attempt of each verb when it was taken: a higher one since then is its own.
    `outcome` is what it came to, `error` why it failed, as `LaneshiftError.as_dict` tells it.
    """

    key: str
    plan: str
    verb: Verb
    arguments: Mapping[str, Any]
    by: str
    via: str
    at: int
    seq: int
    standing: Standing = "waiting"
    worker: str = ""
    taken: int = 0
    ended: int = 0
    attempts: Mapping[str, int] | None = None
    outcome: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.standing in ("waiting", "working")

    @property
    def id(self) -> str:
        """Its name in addresses: the key, without a slash."""
        plan, _, name = self.key.rpartition("/")
        return f"{plan}.{name}"

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.id,
            "plan": self.plan,
            "verb": self.verb,
            "arguments": dict(self.arguments),
            "by": self.by,
            "standing": self.standing,
            "at": self.at,
            "taken": self.taken or None,
            "ended": self.ended or None,
            "outcome": dict(self.outcome) if self.outcome is not None else None,
            "error": dict(self.error) if self.error is not None else None,
        }


def folded(records: Iterable[Record]) -> dict[str, Request]:
    """Every request that `records` tell of, by its key, in the order in which they were made."""
    found: dict[str, Request] = {}
    for record in records:
        facts = record.facts
        if record.kind == MADE:
            told = {name: facts[name] for name in ("plan", "verb", "arguments", "by", "via")}
            found[facts["request"]] = Request(key=facts["request"], at=record.at, seq=record.seq, **told)
        elif record.kind == TAKEN:
            before = found[facts["request"]]
            found[before.key] = replace(
                before, standing="working", worker=facts["worker"], taken=record.at, attempts=facts["attempts"]
            )
        elif record.kind == ENDED:
            before = found[facts["request"]]
            told = {name: facts.get(name) for name in ("outcome", "error")}
            found[before.key] = replace(before, standing=facts["result"], ended=record.at, **told)
    return found


def requests(journal: JournalPort, plan: str = "") -> list[Request]:
    """Every request, or those of the plan with this id, oldest first. Raises as the journal does."""
    prefix = f"{plan}/request-" if plan else None
    records = [record for kind in KINDS for record in journal.records(kind=kind, prefix=prefix)]
    return list(folded(sorted(records, key=lambda record: record.seq)).values())


def find(journal: JournalPort, name: str) -> Request:
    """The request with this id. Raises `Refused` (`request.not-found`)."""
    plan, _, number = name.rpartition(".")
    found = next((each for each in requests(journal, plan) if each.id == name), None) if plan and number else None
    if found is None:
        raise Refused("request.not-found", f"there is no request {name[:100]!r}")
    return found


def ask(journal: JournalPort, plan: Plan, verb: Verb, arguments: Mapping[str, Any], by: str, via: str) -> Request:
    """Write down that `by`, who came in by `via`, asks for `verb` of `plan`.

    Raises `Refused` (`request.open`) while another request of the plan is open.
    """
    before = requests(journal, plan.id)
    _refuse_open(before)
    key, mark = f"{plan.id}/request-{len(before) + 1}", secrets.token_hex(8)
    facts = {
        "plan": plan.id,
        "request": key,
        "verb": verb,
        "arguments": dict(arguments),
        "by": by,
        "via": via,
        "mark": mark,
    }
    record = journal.append(f"{key}/made", MADE, facts, durable=True, actor=by)
    if record.facts["mark"] != mark:
        # Somebody else asked at the same moment and was first.
        _refuse_open(folded([record]).values())
    return next(iter(folded([record]).values()))


def take(journal: JournalPort, request: Request, worker: str, attempts: Mapping[str, int]) -> Request | None:
    """Take a request, or go on with one that was taken and not ended; None for one that was withdrawn meanwhile."""
    facts = {"plan": request.plan, "request": request.key, "worker": worker, "attempts": dict(attempts)}
    record = journal.append(f"{request.key}/taken", TAKEN, facts, durable=True)
    if not record.facts["worker"]:
        return None
    return replace(request, standing="working", worker=worker, taken=record.at, attempts=record.facts["attempts"])


def end(
    journal: JournalPort,
    request: Request,
    outcome: Mapping[str, Any] | None = None,
    error: LaneshiftError | None = None,
) -> None:
    """Record what a request came to."""
    facts = {
        "plan": request.plan,
        "request": request.key,
        "result": "done" if error is None else "failed",
        "outcome": dict(outcome) if outcome is not None else None,
        "error": error.as_dict() if error is not None else None,
    }
    journal.append(f"{request.key}/ended", ENDED, facts, durable=True)


def withdraw(journal: JournalPort, request: Request, by: str) -> Request:
    """Have a request that nobody works on come to nothing.

    Raises `Refused`: `request.at-work` once a worker has it, `request.over` for one that has ended.
    """
    if not request.open:
        raise Refused("request.over", f"{request.id} is {request.standing}")
    facts = {"plan": request.plan, "request": request.key, "worker": "", "attempts": {}}
    taken = journal.append(f"{request.key}/taken", TAKEN, facts, durable=True, actor=by)
    if taken.facts["worker"]:
        raise Refused("request.at-work", f"a worker has begun with {request.id}", cure="let it end, then roll back")
    over = {"plan": request.plan, "request": request.key, "result": "withdrawn", "outcome": None, "error": None}
    journal.append(f"{request.key}/ended", ENDED, over, durable=True, actor=by)
    return find(journal, request.id)


def waiting(found: Iterable[Request]) -> Iterator[Request]:
    """Those that a worker has to do something for, oldest first."""
    return (request for request in found if request.open)


def _refuse_open(found: Iterable[Request]) -> None:
    standing = next(waiting(found), None)
    if standing is not None:
        raise Refused(
            "request.open",
            f"{standing.id} ({standing.verb}) has not ended",
            where=standing.id,
            cure="wait for it, or withdraw it",
        )
