"""A verdict on a submission: one line for each objection, then what it is about."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console

from laneshift.agents.submitting.submission import Judged, Objection


def data(judged: Judged) -> dict[str, Any]:
    """The verdict as plain data."""
    given = judged.submission
    names = ("plan", "pack", "agent", "commit", "claim")
    return {
        **{name: getattr(given, name) for name in names},
        "accepted": judged.accepted,
        "suggested": judged.suggested,
        "objections": [asdict(each) for each in judged.objections],
        "unchecked": list(judged.unchecked),
        "branch": judged.branch,
        "record": judged.record,
    }


def show(out: Console, judged: Judged) -> None:
    """The verdict for a person."""
    for each in judged.objections:
        out.print(line(each), markup=False, soft_wrap=True)
    for text in judged.unchecked:
        out.print(f"unchecked: {text}", markup=False, soft_wrap=True)
    out.print(_told(judged), markup=False, soft_wrap=True)


def line(each: Objection) -> str:
    """An objection in one line: where, the code, what is wrong, the words that are meant, and the cure."""
    place = f"{each.path or 'submission'}:{each.line}" if each.line else each.path or "submission"
    words = f" | {each.text}" if each.text else ""
    return f"{place} {each.code} {each.what}{words} ({each.cure})"


def next_of(judged: Judged) -> str:
    """The command to run next."""
    given = judged.submission
    if judged.accepted:
        return f"laneshift plan --submission {judged.record}"
    if judged.suggested:
        return f"git show {judged.branch}"
    return f"laneshift agent submit {given.pack} --agent {given.agent} --commit REV"


def _told(judged: Judged) -> str:
    given, count = judged.submission, len(judged.objections)
    if judged.suggested:
        return f"{given.commit[:12]} is kept as a suggestion at {judged.branch}; nothing of it lands"
    if judged.accepted:
        return f"{given.commit[:12]} is accepted as {judged.record}, on {judged.branch.removeprefix('refs/heads/')}"
    return f"{given.commit[:12]} is refused: {count} objection(s), {len(judged.unchecked)} thing(s) unchecked"
