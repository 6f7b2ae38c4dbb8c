"""A dream, for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.runs.dreaming.model import NOT_KNOWN, Dream, End, Path

_SHOWN = 20
_NAMES = ("path", "strategy")
_NUMBERS = ("lands", "stops", "conflicts", "violations", "held", "edits", "files", "tests", "risk", "rounds")


def show_dream(console: Console, dream: Dream) -> None:
    """The paths in a table, what speaks against the best one, and what is not known."""
    wish = dream.wish
    console.print(f"{len(wish['items'])} item(s) on {wish['base'][:12]}, seed {wish['seed']}: {dream.id}", markup=False)
    console.print(_table(dream))
    best = dream.best
    if best is not None:
        for line in _lines(best):
            console.print(line, markup=False, soft_wrap=True)
    if dream.end is not End.COMPLETE:
        console.print(f"the dream ended early: {dream.end.value}; more paths were asked for", markup=False)
    for line in NOT_KNOWN:
        console.print(line, markup=False, soft_wrap=True)


def _table(dream: Dream) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _NAMES:
        table.add_column(name, overflow="fold")
    for name in _NUMBERS:
        table.add_column(name, justify="right")
    best = dream.best
    for path in dream.paths:
        told = path.outcome
        counts = [len(told[name]) for name in ("lands", "stops", "conflicts", "lane_violations", "held")]
        more = (told["edits"], told["files"], told["test_load"]["distinct"], told["risk_points"], path.rounds)
        name = f"{path.id} *" if best is path else path.id
        table.add_row(*map(Text, (name, path.strategy, *map(str, counts), *map(str, more))))
    return table


def _lines(best: Path) -> Iterator[str]:
    order = list(best.outcome["lands"])
    more = f", … {len(order) - _SHOWN} more" if len(order) > _SHOWN else ""
    yield f"best is {best.id}: {', '.join(order[:_SHOWN]) or 'nothing lands'}{more}"
    said = [reason for node in best.trace[2:] if node.kind == "critique" for reason in node.reasons]
    for line in list(dict.fromkeys(said))[:_SHOWN]:
        yield f"  {line}"
    for item, why in best.left_out[:_SHOWN]:
        yield f"  {item} is left out: {why}"
    load = best.outcome["test_load"]
    singly = f"{load['distinct']} test file(s) for items alone (the suite has {load['suite']})"
    yield f"tests: {singly}, then the whole suite for {load['trains']} train(s)"
