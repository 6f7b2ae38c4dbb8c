"""How packs and claims look on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.agents.claims.content import shown
from laneshift.agents.claims.port import Claim
from laneshift.agents.packs.division import Division
from laneshift.agents.standing import PackStanding, Standing
from laneshift.agents.submitting.records import item_of
from laneshift.runs.paths import visible

_ROWS = 20


def show_division(console: Console, division: Division, folder: Path) -> None:
    """Every pack in a line, the shares, what was left out, and where the briefs are."""
    table = _table("pack", "agent", "items", "files", "work", "after")
    for pack in division.packs:
        after = ", ".join(_short(name) for name in pack.after)
        numbers = (len(pack.items), len(pack.writes), pack.weight)
        table.add_row(*map(_text, (pack.id, pack.agent, *map(str, numbers), after)))
    console.print(table)
    shares = ", ".join(f"{agent} {weight}" for agent, weight in division.loads.items())
    _line(console, f"work: {shares}; the least is {division.spread} % less than the most")
    for note in division.notes:
        _line(console, note)
    for item, why in list(division.left_out.items())[:_ROWS]:
        _line(console, f"left out: {item}: {why}")
    if len(division.left_out) > _ROWS:
        _line(console, f"{len(division.left_out) - _ROWS} more left out with --json")
    _line(console, "no two packs write the same file, unless one comes after the other; with it they make the tree")
    _line(console, f"{division.tree} on {division.base[:12]}")
    _line(console, f"briefs: {folder}")


def claim_data(claim: Claim, brief: Path) -> dict[str, Any]:
    """A claim for its holder, with the token, and where the brief is."""
    return {**asdict(claim), "brief": str(brief)}


def show_claim(console: Console, claim: Claim, brief: Path) -> None:
    """What is held, until when, and where to work."""
    branch = claim.branch.removeprefix("refs/heads/")
    _line(console, f"{claim.id}: {claim.agent} holds {claim.pack} until {shown(claim.until)}")
    _line(console, f"{len(claim.items)} item(s), {len(claim.files)} file(s); token {claim.token}")
    _line(console, f"start from {claim.base}")
    _line(console, f"work on {branch}, for example: git worktree add ../{_short(claim.pack)} {branch}")
    _line(console, f"brief: {brief}")


def show_standing(console: Console, found: Sequence[Standing], now: int) -> None:
    """Every plan with packs: where each stands, who holds what, and what is ready."""
    for each in found:
        if not each.packs and not each.claims and not each.submissions and not each.ready:
            continue
        _line(console, each.plan)
        table = _table("pack", "agent", "items", "files", "work", "state", "who", "until")
        for pack in each.packs:
            until = f"{shown(pack.until)} ({max(pack.until - now, 0)} s)" if pack.until else ""
            numbers = (pack.items, pack.files, pack.weight)
            table.add_row(*map(_text, (pack.pack, pack.agent, *map(str, numbers), _state(pack), pack.holder, until)))
        if each.packs:
            console.print(table)
        known = {pack.pack for pack in each.packs}
        for claim in each.claims:
            if claim.pack not in known:
                _line(console, f"{claim.agent} holds {claim.pack} of an earlier cut until {shown(claim.until)}")
        for one in each.submissions[-_ROWS:]:
            kept = f"kept as a suggestion at {one.branch}" if one.branch else "refused"
            what = f"accepted as {one.record}, on {one.branch.removeprefix('refs/heads/')}" if one.accepted else kept
            _line(console, f"submitted by {one.agent}: {one.pack} at {one.commit[:12]}: {what}")
        for branch in each.ready:
            _line(console, f"PR READY: {branch}")
    if not any(each.packs or each.claims or each.submissions or each.ready for each in found):
        _line(console, "no packs were made")


def then_of(found: Sequence[Standing], planned: Mapping[str, bool]) -> str:
    """The command to run next. `planned` are the items that plans have of submissions, and whether each has landed."""
    free = [pack for each in found for pack in each.packs if pack.state == "free"]
    if free:
        return f"laneshift agent claim {free[0].pack} --agent {free[0].agent}"
    held = [pack for each in found for pack in each.packs if pack.state == "held"]
    if held:
        return f"laneshift agent submit {held[0].pack} --agent {held[0].holder}"
    if names := [name for each in found for name in _to_plan(each, planned)]:
        return f"laneshift plan {' '.join(f'--submission {name}' for name in names)}"
    return "laneshift status" if any(each.packs for each in found) else "laneshift agent packs PLAN"


def _to_plan(found: Standing, planned: Mapping[str, bool]) -> list[str]:
    """The accepted submissions of a plan that no plan has and whose turn it is, the last of each pack."""
    last = {one.pack: one.record for one in found.submissions if one.accepted and one.record}
    open_yet = {pack for pack, record in last.items() if not planned.get(item_of(record), False)}
    after = {each.pack: open_yet.intersection(each.after) for each in found.packs}
    return [record for pack, record in last.items() if item_of(record) not in planned and not after.get(pack)]


def _state(pack: PackStanding) -> str:
    return f"after {', '.join(map(_short, pack.waits_for))}" if pack.state == "after" else pack.state


def _short(pack: str) -> str:
    """A pack's name without the plan's."""
    return pack.rpartition(".")[2]


def _table(*head: str) -> Table:
    return Table(*head, box=None, pad_edge=False)


def _text(cell: str) -> Text:
    return Text(visible(cell), overflow="fold")


def _line(console: Console, text: str) -> None:
    console.print(visible(text), markup=False, soft_wrap=True)
