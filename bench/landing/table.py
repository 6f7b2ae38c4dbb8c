"""The rows and goals as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bench.landing.matrix import DIVIDED, OURS, PEER
from bench.landing.model import mergetrain_runs
from bench.landing.rows import LENGTHS, Row
from bench.section import Claim

_HEAD = (
    "cell",
    "",
    "whole runs",
    "small runs",
    "wall, no pause",
    *(f"wall, {length} s suite" for length in LENGTHS),
    "CPU",
    "false landings",
    "false rejections",
    "culprits named",
)
_HALF = 0.5
_FULL, _SMALL = 2, 20


def table(rows: Sequence[Row]) -> Iterator[str]:
    """One line a row, cells together. `≈` stands before what was computed."""
    yield _line(_HEAD)
    yield _line(["---"] * len(_HEAD))
    for row in sorted(rows, key=lambda row: _order(rows, row)):
        mark = "≈" if row.computed else ""
        walls = [f"{'' if length in row.measured else '≈'}{row.at(length):.0f} s" for length in LENGTHS]
        worth = row.worth
        judged = (
            ["not run"] * 3
            if worth is None
            else [str(worth.false_landings), str(worth.false_rejections), "exactly" if worth.exact else "no"]
        )
        counts = [f"{mark}{row.full}", str(row.small), f"{mark}{row.wall:.1f} s"]
        yield _line(
            [f"{row.cell.items}: {row.cell.name}", row.contestant, *counts, *walls, f"{row.cpu:.1f} s", *judged]
        )


def claims(rows: Sequence[Row]) -> Iterator[Claim]:
    """The goals of the landing, held against the rows."""
    ours = [row for row in rows if row.contestant == OURS]
    faults = sum(row.worth.false_landings + row.worth.false_rejections for row in ours if row.worth)
    yield Claim("false landings and rejections of laneshift", "0", f"{faults} in {len(ours)} cells", not faults)
    exact = sum(bool(row.worth and row.worth.exact) for row in ours)
    yield Claim("culprits named exactly", f"{len(ours)} of {len(ours)}", f"{exact} of {len(ours)}", exact == len(ours))
    most = max(row.cell.items for row in ours)
    for row in ours:
        if row.cell.items == most and row.cell.name == "clean":
            yield Claim(f"clean {most}", "one whole run", f"{row.full} whole", row.full == 1)
        if row.cell.items == most and row.cell.name == "pair at the ends":
            met = row.full <= _FULL and row.small <= _SMALL
            told = f"{row.full} whole, {row.small} small"
            yield Claim(f"one bad pair among {most}", f"at most {_FULL} whole, {_SMALL} small", told, met)
    yield from _walls(rows)
    yield _model(rows)


def _walls(rows: Sequence[Row]) -> Iterator[Claim]:
    for text, rival in (("wall of mergetrain's, suite of", PEER), ("the same, its suite divided by hand,", DIVIDED)):
        for length in LENGTHS:
            ratios = dict(_ratios(rows, rival, length))
            missed = [f"{name} {ratio:.2f}" for name, ratio in ratios.items() if ratio > _HALF]
            told = "; ".join(missed) or f"at most {max(ratios.values(), default=0):.2f}"
            if ratios:
                yield Claim(f"{text} {length} s", f"at most {_HALF}", told, not missed)


def _ratios(rows: Iterable[Row], rival: str, length: int) -> Iterator[tuple[str, float]]:
    """Ours by the rival's for each cell that both have."""
    by = {(row.cell.items, row.cell.name, row.contestant): row for row in rows}
    for (items, name, contestant), row in by.items():
        peer = by.get((items, name, rival))
        if contestant == OURS and peer is not None:
            yield f"{items}: {name}", row.at(length) / peer.at(length)


def _model(rows: Iterable[Row]) -> Claim:
    """Whether the model counts what was counted."""
    ran = [row for row in rows if row.contestant == PEER and not (row.computed or row.cell.crowded)]
    right = sum(mergetrain_runs(row.cell) == row.full for row in ran)
    return Claim("the model counts mergetrain's runs", f"{len(ran)} cells", f"{right} cells", right == len(ran))


def _order(rows: Sequence[Row], row: Row) -> tuple[int, int, int]:
    first = next(number for number, each in enumerate(rows) if each.cell == row.cell)
    return row.cell.items, first, rows.index(row)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
