"""The tables and the chart of docs/scale.md, from the simulation. Pure: the same world gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.scale.model import Told, World, limits, simulate
from laneshift.reports.charts import bars
from laneshift.reports.svg import Series

_HEAD = "| world | load of workers | of landings | of the journal | landed a day | median | p95 | items of a train |"
_RULE = "| --- | --- | --- | --- | --- | --- | --- | --- |"
PARAMETERS = (
    *("workers", "own_tests", "suite", "together_red", "small_run"),
    *("train_start", "per_landing", "per_edit", "records", "append"),
)
"""What the last table doubles, each alone."""
SUITES = (60.0, 300.0, 600.0, 1800.0, 3600.0)


def worlds() -> list[tuple[str, World]]:
    """The worlds that are compared: the one that was asked about, and one step away from it in each direction."""
    base = World()
    return [
        ("as asked", base),
        ("suite of 1 hour", replace(base, suite=3600.0)),
        ("2 % red together", replace(base, together_red=0.02)),
        ("2 % red together, `train_size = 200`", replace(base, together_red=0.02, fixed_size=200)),
        ("own tests of 30 minutes", replace(base, own_tests=1800.0)),
        ("own tests of 30 minutes, 400 workers", replace(base, own_tests=1800.0, workers=400)),
        ("50 workers", replace(base, workers=50)),
        ("10 workers", replace(base, workers=10)),
        ("100,000 changes", replace(base, changes=100_000, days=1)),
        ("journal ten times as slow", replace(base, append=0.114)),
    ]


def tables() -> str:
    """Both tables, in Markdown."""
    rows = [_row(name, simulate(world)) for name, world in worlds()]
    lengths = [
        f"| {suite:,.0f} s | {told.landing:.0%} | {told.mean_train:,.0f} | {_time(told.median)} | {_time(told.p95)} |"
        for suite, told in swept()
    ]
    head = "| whole suite | load of landings | items of a train | median | p95 |\n| --- | --- | --- | --- | --- |"
    return "\n".join([_HEAD, _RULE, *rows, "", head, *lengths, "", *_doubled()]) + "\n"


def _doubled() -> list[str]:
    """What each part takes at most when one thing is twice what it was."""
    base = World()
    found = {"as asked": base}
    for name in PARAMETERS:
        found[f"`{name}` twice"] = replace(base, **{name: 2 * getattr(base, name)})
    rows = []
    for name, world in found.items():
        most = limits(world)
        told = " | ".join(f"{int(float(f'{each:.2g}')):,}" for each in (most.workers, most.landing, most.journal))
        rows.append(f"| {name} | {told} |")
    return ["| items a day at most | workers | landings | journal |", "| --- | --- | --- | --- |", *rows]


def swept() -> list[tuple[float, Told]]:
    """The world that was asked about with suites of several lengths."""
    return [(suite, simulate(replace(World(), suite=suite))) for suite in SUITES]


def chart() -> str:
    """The load of each part, world by world."""
    told = [(name.replace("`", ""), simulate(world)) for name, world in worlds()]

    def shares(part: str) -> Series:
        return Series(part, tuple(round(min(100 * getattr(each, part), 999), 1) for _, each in told))

    series: Sequence[Series] = [shares("workers"), shares("landing"), shares("journal")]
    what = (
        "What binds: what is asked of workers, of one landing at a time and of the journal, in per cent of their most"
    )
    return bars("What binds: load by part", what, [name for name, _ in told], series, " %")


def _row(name: str, told: Told) -> str:
    busy = " | ".join(f"{share:.0%}" for share in (told.workers, told.landing, told.journal))
    left = f" (+{told.backlog:,} wait)" if told.backlog else ""
    ends = f"{_time(told.median)} | {_time(told.p95)} | {told.mean_train:,.0f}"
    return f"| {name} | {busy} | {told.landed_a_day:,.0f}{left} | {ends} |"


def _time(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min" if seconds < 36_000 else f"{seconds / 3600:,.0f} h"
