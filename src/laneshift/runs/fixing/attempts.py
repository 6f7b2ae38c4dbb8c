"""Attempts at mending items, as the journal counts them. An attempt that was begun counts, however it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from laneshift.errors import Bug
from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.workshop import Workshop

BEGAN, ENDED = "fix.began", "fix.ended"
AMENDED, SUGGESTED, REFUSED, FAILED, LOST = "amended", "suggested", "refused", "failed", "lost"
"""Outcomes: it changes the item; it is kept, not applied; it went too far; it came to nothing; nobody saw its end."""


@dataclass(frozen=True)
class Attempt:
    """One attempt at an item in a run, from 1. `outcome` is empty while it is under way, `at` in unix milliseconds.

    `paths` are the files that it edited, `diff` what it did to them, and `log` the digest of what it said.
    """

    run: str
    number: int
    agent: str
    step: str
    outcome: str
    why: str
    paths: tuple[str, ...]
    diff: str
    log: str
    at: int


def key_of(run: str, item: str, number: int) -> str:
    """The key below which an attempt is recorded; `run` is the key of the run."""
    return f"{run}/{item}/fixer-{number}"


def item_in(journal: JournalPort, plan: Plan, argument: Mapping[str, Any]) -> PlannedItem:
    """The item that the argument of a step is about, with the fix whose number it has, if it has one.

    Raises `Refused` when the plan has no such item.
    """
    item, number = plan.item(argument["item"]), argument.get("fix", 0)
    if not number:
        return item
    ended = journal.get(f"{key_of(argument['run'], item.id, number)}/ended")
    if ended is None or ended.facts["outcome"] != AMENDED:
        raise Bug("fix.not-there", f"attempt {number} at {item.id} has left no fix", where=argument["run"])
    return replace(item, fix=str(ended.facts["fix"]))


def attempts_at(shop: Workshop, plan: Plan, item_id: str) -> list[Attempt]:
    """Every attempt at the item, oldest first. Raises `Refused` when the plan has no such item."""
    plan.item(item_id)
    began = [each for each in shop.journal.records(kind=BEGAN, prefix=f"{plan.id}/") if each.facts["item"] == item_id]
    ends = {each.key: each for each in shop.journal.records(kind=ENDED, prefix=f"{plan.id}/")} if began else {}
    return [_attempt(shop, each, ends.get(f"{each.key.removesuffix('began')}ended")) for each in began]


def tally(journal: JournalPort, run: str, item: str) -> str:
    """How the attempts of one run at an item went, as the end of a sentence; empty where there was none."""
    found = [each for each in journal.records(kind=ENDED, prefix=f"{run}/{item}/") if each.facts["item"] == item]
    if not found:
        return ""
    last = found[-1].facts
    tried = f"{last['agent']} tried {len(found)} time(s) to mend it"
    return f"{tried}: {last['why']}" if last["why"] else f"{tried}, and it still fails"


def _attempt(shop: Workshop, began: Record, ended: Record | None) -> Attempt:
    facts = began.facts if ended is None else ended.facts
    details = str(facts.get("details", ""))
    told = json.loads(shop.store.get(details)) if details else {}
    return Attempt(
        run=began.key.split("/")[1],
        number=began.facts["attempt"],
        agent=began.facts["agent"],
        step=began.facts["step"],
        outcome=str(facts.get("outcome", "")),
        why=str(facts.get("why", "")),
        paths=tuple(facts.get("paths", ())),
        diff=str(told.get("diff", "")),
        log=str(facts.get("log", "")),
        at=began.at,
    )
