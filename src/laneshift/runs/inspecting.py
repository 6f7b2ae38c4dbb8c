"""Inspect: what every step of an item found, with its evidence. Reads the journal and the evidence files alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True)
class StepReport:
    """One step of one item. `log` is the digest of its log, empty when it has none; `at` is in unix milliseconds."""

    run: str
    step: str
    status: str
    summary: str
    cached: bool
    tree: str
    log: str
    at: int
    facts: dict[str, Any]
    seen: dict[str, Any]


def steps_of(shop: Workshop, plan: Plan, item_id: str) -> list[StepReport]:
    """Every step that ran for the item, oldest first. Raises `Refused` when the plan has no such item."""
    plan.item(item_id)
    records = shop.journal.records(kind="step.ended", prefix=f"{plan.id}/")
    found = []
    for record in records:
        facts = record.facts
        if facts["item"] != item_id:
            continue
        notes = json.loads(shop.store.get(facts["notes"]))
        report = StepReport(
            run=record.key.split("/")[1],
            step=facts["step"],
            status=facts["status"],
            summary=facts["summary"],
            cached=facts["cached"],
            tree=facts["tree"],
            log=facts["log"],
            at=record.at,
            facts=notes["facts"],
            seen=notes["seen"],
        )
        found.append(report)
    return found


def log_of(shop: Workshop, plan: Plan, item_id: str, step: str) -> str:
    """The log of the item's last run of `step`; empty when it kept none."""
    logs = [report.log for report in steps_of(shop, plan, item_id) if report.step == step and report.log]
    return shop.store.get(logs[-1]).decode("utf-8", "replace") if logs else ""
