"""A report about agents as plain data, in the shape of `agents.schema.json`. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from laneshift.reports.agents.model import Agent, Agents
from laneshift.reports.agents.tally import reasons

VERSION = "1.1"


def data(report: Agents) -> dict[str, Any]:
    """The whole report."""
    return {
        "schema_version": VERSION,
        "tip": report.tip,
        "agents": [_agent(each) for each in report.agents],
        "faults": list(report.faults),
        "passes": report.passes,
    }


def _agent(each: Agent) -> dict[str, Any]:
    who = each.who
    return {
        "email": who.email,
        "name": who.name,
        "kind": "agent" if who.is_agent else "person",
        "owner": who.owner or None,
        "taken": each.taken,
        "states": dict(each.states),
        "commits": each.commits,
        "taken_back": each.taken_back,
        "files": each.files,
        "added": each.added,
        "deleted": each.deleted,
        "gate_failures": dict(each.gates),
        "rejected": [asdict(one) for one in each.rejected],
        "rejected_at": reasons(each.rejected),
        "milliseconds": each.milliseconds,
        "timed": each.timed,
        "milliseconds_an_item": each.milliseconds // each.timed if each.timed else None,
        "landed": [{"commit": oid, "item": item} for oid, item in each.landed],
        "handed": {**asdict(each.handed), "files_brought": each.brought},
    }
