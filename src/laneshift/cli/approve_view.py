"""What a person is shown before signing, and what came of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from laneshift.rollout.subject import Subject
from laneshift.runs.approval_facts import canaries
from laneshift.runs.approval_judging import Given, next_step
from laneshift.runs.paths import visible
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def show_offer(console: Console, shop: Workshop, plan: Plan, subject: Subject) -> None:
    """Everything that the signature covers, in lines."""
    counts = ", ".join(f"{count} {name}" for name, count in plan.counts().items() if count)
    lines = [
        f"plan    {plan.id} for {plan.target.removeprefix('refs/heads/')}: {counts}",
        f"        made by {plan.author_name} <{plan.author_email}> on {plan.base[:12]}; {subject.plan}",
        f"pins    {len(plan.pins)} inputs, none has drifted; {subject.pins}",
        *canary_lines(shop, plan),
        f"person  {subject.approver}, until {_when(subject.expires)}",
        f"digest  {subject.digest}",
    ]
    for line in lines:
        console.print(visible(line), markup=False, soft_wrap=True)


def canary_lines(shop: Workshop, plan: Plan) -> list[str]:
    """The last canary of the plan in three lines."""
    facts = canaries(shop, plan)[-1].facts
    found = json.loads(shop.store.get(str(facts["result"])))
    gates = "; ".join(f"{gate} {_counted(verdicts)}" for gate, verdicts in found.get("gates", {}).items())
    edits = sum(item["edits"] for item in found["items"])
    files = sum(item["files"] for item in found["items"])
    bound = f"with 95 % confidence at most {float(found['bound']):.1%} of the batch is"
    return [
        f"canary  {found['done']} item(s), {found['bad']} bad; {bound}; {facts['result']}",
        f"        {edits} edit(s) in {files} file(s); together {found['combined']['result']}",
        f"        gates: {gates or 'none'}",
    ]


def show_given(console: Console, given: Given, out: Path | None) -> None:
    """Who approved with which key, and what is still missing."""
    subject = given.envelope.subject
    where = f"written to {out}, not recorded" if out is not None else f"recorded as {given.digest}"
    told = [f"approved by {subject.approver} with {given.key} until {_when(subject.expires)}; {where}"]
    if out is None:
        told += ["enough people have approved"] if given.standing.holds else [given.standing.refusals[-1].why]
    for line in told:
        console.print(visible(line), markup=False, soft_wrap=True)


def given_data(given: Given, plan: Plan) -> dict[str, Any]:
    """The approval, for `--json`."""
    return given.as_json(plan)


def next_of(given: Given, plan: Plan, out: Path | None) -> str:
    """What to do after an approval."""
    if out is not None:
        return f"laneshift approve {plan.id} --envelope {out}"
    if given.standing.holds:
        return f"laneshift run {plan.id}"
    return next_step(plan, given.standing.refusals[-1].code)


def _counted(verdicts: dict[str, int]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())


def _when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
