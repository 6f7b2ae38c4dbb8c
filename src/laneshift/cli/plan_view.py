"""A plan, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.runs.plan import Plan
from laneshift.runs.planning import Planned

_SHOWN = 40
_NAMED = 8


def planned_data(planned: Planned) -> dict[str, Any]:
    """Everything about the plan, for `--json`."""
    plan = planned.plan
    return {
        "plan": plan.id,
        "digest": plan.digest,
        "base": plan.base,
        "target": plan.target,
        "counts": plan.counts(),
        "shared_files": planned.shared_files,
        "pins": plan.pins,
        "canary": list(planned.canary),
        "stages": _stages(plan),
        "items": [{**asdict(item), "intent_digest": item.intent_digest} for item in plan.items],
        "faults": [fault._asdict() for fault in planned.faults],
    }


def show_plan(console: Console, planned: Planned) -> None:
    """The items in a table, then what they come to."""
    plan = planned.plan
    console.print(_table(plan))
    if len(plan.items) > _SHOWN:
        console.print(f"… and {len(plan.items) - _SHOWN} more; --json has them all")
    for fault in planned.faults:
        console.print(str(fault), markup=False, soft_wrap=True)
    counts = ", ".join(f"{number} {name}" for name, number in plan.counts().items())
    edits, notices = sum(item.edits for item in plan.items), sum(item.notices for item in plan.items)
    console.print(f"{len(plan.items)} items: {counts}")
    console.print(f"{edits} references to rewrite; {planned.shared_files} files are edited by more than one item")
    if notices:
        console.print(f"{notices} names are computed at run time and are reported, not guessed (inspect shows them)")
    if planned.canary:
        console.print(f"the canary is {len(planned.canary)} of {sum(_stages(plan))} items: {_few(planned.canary)}")
    if len(_stages(plan)) > 1:
        console.print(f"a run takes {' + '.join(map(str, _stages(plan)))} items, and pauses when too many fail")
    console.print(f"plan {plan.id} on {plan.base[:12]}, lands on {plan.target.removeprefix('refs/heads/')}")
    console.print(f"digest {plan.digest}")


def _stages(plan: Plan) -> list[int]:
    """How many items each stage of a run takes."""
    counts = Counter(item.stage for item in plan.items if item.to_run)
    return [counts[stage] for stage in sorted(counts)]


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _table(plan: Plan) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("line", justify="right")
    for name in ("class", "item", "destination"):
        table.add_column(name, overflow="fold")
    table.add_column("files", justify="right")
    table.add_column("edits", justify="right")
    for item in plan.items[:_SHOWN]:
        where = item.reason if item.status == "refused" else item.dst
        cells = (str(item.line), item.status, item.id, where, str(item.files or ""), str(item.edits or ""))
        table.add_row(*map(Text, cells))
    return table
