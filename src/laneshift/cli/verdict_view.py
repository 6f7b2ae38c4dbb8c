"""How the verdicts of an item's gates are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table


def verdict_table(verdicts: Sequence[Mapping[str, Any]]) -> Table:
    """One line a gate: status, count, time, digests of inputs and evidence, and why."""
    table = Table("gate", "status", "of", "ms", "inputs", "evidence", "why", box=None, pad_edge=False)
    for verdict in verdicts:
        again = " (known)" if verdict.get("remembered") else ""
        count = f"{verdict['numerator']}/{verdict['denominator']}" if verdict["denominator"] else "-"
        digests = [str(verdict.get(field, ""))[7:19] for field in ("inputs", "evidence")]
        times = str(verdict.get("milliseconds", ""))
        table.add_row(verdict["gate"], verdict["status"] + again, count, times, *digests, verdict["reason"])
    return table


def waiver_lines(verdicts: Sequence[Mapping[str, Any]], waivers: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What was waived, every waiver in force, and every one that was refused with its reason."""
    for verdict in verdicts:
        if verdict.get("waiver"):
            yield f"gate {verdict['gate']} failed and is waived: {verdict['waiver']}"
    for waiver in waivers:
        yield f"waiver {waiver['state']}: {waiver['file']}: {waiver['what']}"
