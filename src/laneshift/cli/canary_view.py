"""What a canary found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from laneshift.cli.state_view import show_attention
from laneshift.landing.looked import red_line
from laneshift.runs.canarying import Canary
from laneshift.runs.state import BatchState


def canary_data(found: Canary) -> dict[str, Any]:
    """Everything about the canary, for `--json`."""
    return found.as_json()


def show_canary(console: Console, found: Canary, state: BatchState) -> None:
    """Strata, verdicts, what failed, and what the sample says about the rest."""
    show_attention(console, state)
    for line in canary_lines(found):
        console.print(line, markup=False, soft_wrap=True)


def canary_lines(found: Canary) -> Iterator[str]:
    """The report, line by line."""
    told = found.document
    for stratum in told["strata"]:
        yield f"stratum {stratum['stratum']}: {stratum['quota']} of {stratum['items']} item(s)"
    for gate, verdicts in told["gates"].items():
        yield f"gate {gate}: " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
    files, edits = (sum(item[name] for item in told["items"]) for name in ("files", "edits"))
    yield f"{edits} edit(s) in {files} file(s), {found.seconds:.1f} s"
    rate, bound = 100 * found.bad / found.done, 100 * float(told["bound"])
    yield f"{found.bad} of {found.done} item(s) failed ({rate:.1f} %): at most {bound:.1f} % of all do, at 95 %"
    yield _together(told["combined"])
    yield f"the canary {'holds' if found.ok else 'does not hold'}: {found.result}"


def _together(combined: dict[str, Any]) -> str:
    if combined["result"] == "red":
        return f"together: {red_line(combined['blamed'], combined['culprits'])}"
    if combined["dropped"]:
        return f"together: {len(combined['dropped'])} item(s) are not possible on the target"
    return "together: green" if combined["result"] == "green" else "together: nothing to combine"
