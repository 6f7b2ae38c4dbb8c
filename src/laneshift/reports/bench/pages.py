"""A report about benchmarks for people: Markdown for repositories, jobs and issues, HTML with charts. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from laneshift.reports import page
from laneshift.reports.bench.percentiles import Percentiles
from laneshift.reports.bench.report import Bench, Benchmark
from laneshift.reports.bench.verdict import Judged, Ratio, per_cent
from laneshift.reports.charts import bars
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.svg import Series

TITLE = "Benchmarks"
_HEAD = ("verdict", "slower by", "benchmark", "bounds", "why")
_CHARTS = 12
"""Benchmarks with a chart of their own, the slower ones first."""
_FIGURES = ("benchmark", "of", "runs", "p50", "p95", "p99")
_WORDS = {"none": "no regression", "insufficient": "insufficient data"}
_UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"))


def lead(found: Bench) -> str:
    """The report in one sentence."""
    count = len(found.benchmarks)
    many = f"{count} benchmark{'s' if count != 1 else ''}"
    if found.state == "described":
        return f"{many}, described and not judged: a verdict comes from pairs of processes, with --base."
    regressed = len(found.regressions)
    unsure = sum(each.state == "insufficient" for each in found.benchmarks)
    verdict = f"{regressed} slower by more than {float(found.threshold) * 100:g} %, {unsure} with insufficient data"
    return f"{many} against {found.base_tree[:12]}: {verdict}."


def markdown(found: Bench) -> str:
    """A page for a repository or for the summary of a job."""
    lines = [f"# {TITLE}", "", plain(lead(found)), ""]
    if found.faults:
        lines += [*(f"- {code(each.where)}: {plain(each.what)}" for each in found.faults), ""]
    if found.base_tree:
        rows = [[*map(plain, row[:2]), code(row[2]), *map(plain, row[3:])] for row in map(_verdict, found.benchmarks)]
        lines += ["## Verdicts", "", *table(_HEAD, rows, (1,)), ""]
    rows = [[code(row[0]), *map(plain, row[1:])] for each in found.benchmarks for row in _figures(each)]
    return "\n".join([*lines, "## Figures", "", *table(_FIGURES, rows, (2, 3, 4, 5)), ""])


def html(found: Bench) -> str:
    """A page for a browser."""
    parts = []
    if found.faults:
        faults = [(each.where, each.what, each.cure) for each in found.faults]
        what = "What stands against it"
        parts.append(page.section(what, page.table(what, ("where", "what", "cure"), faults)))
    if found.base_tree:
        verdicts = page.table("Verdicts", _HEAD, map(_verdict, found.benchmarks), (1,))
        parts.append(page.section("Verdicts", *_ratios(found), verdicts))
    rows = [row for each in found.benchmarks for row in _figures(each)]
    parts.append(page.section("Figures", *_times(found), page.table("Figures", _FIGURES, rows, (2, 3, 4, 5))))
    return page.page(TITLE, lead(found), parts)


def issue(found: Bench, each: Benchmark) -> tuple[str, str]:
    """Title and body of the issue about one regression."""
    rows = [[code(row[0]), *map(plain, row[1:])] for row in _figures(each)]
    why = "" if each.judged is None else each.judged.why
    body = [
        f"{code(each.name)} is {plain(why)}.",
        "",
        f"Base {code(found.base_tree)}, candidate {code(found.tree)}, by {code(' '.join(found.command))}.",
        "",
        *table(_FIGURES, rows, (2, 3, 4, 5)),
        "",
    ]
    return f"Slower: {' '.join(each.name.split())[:120]}", "\n".join(body)


def nanoseconds(value: int | None) -> str:
    """A time with three figures and its unit; `n/a` where there is none."""
    if value is None:
        return "n/a"
    scale, unit = next(((scale, unit) for scale, unit in _UNITS if value >= scale), (1, "ns"))
    return f"{value / scale:.3g} {unit}" if value / scale < 1000 else f"{value / scale:.0f} {unit}"


def slowest(judged: Judged) -> Ratio | None:
    """The measure that speaks for the verdict: the one by which it is slowest."""
    same = [each for each in judged.ratios if each.outcome == judged.outcome] or list(judged.ratios)
    return max(same, key=lambda each: each.low, default=None)


def _verdict(each: Benchmark) -> tuple[str, ...]:
    words = _WORDS.get(each.state, each.state)
    ratio = None if each.judged is None else slowest(each.judged)
    why = "new: there is nothing to compare it with" if each.judged is None else each.judged.why
    if ratio is None:
        return words, "n/a", each.name, "n/a", why
    return words, per_cent(ratio.median, "+"), each.name, _bounds(ratio), why


def _bounds(ratio: Ratio) -> str:
    if not math.isfinite(ratio.high):
        return "n/a"
    return f"{per_cent(ratio.low, '+')} to {per_cent(ratio.high, '+')} ({ratio.measure})"


def _figures(each: Benchmark) -> Iterator[tuple[str, ...]]:
    for of, found in (("candidate", each.candidate), ("base", each.base), ("baseline", each.kept)):
        if found is not None:
            yield each.name, of, str(found.runs), *map(nanoseconds, (found.p50, found.p95, found.p99))


def _ratios(found: Bench) -> Iterator[str]:
    told = [(each.name, slowest(each.judged)) for each in found.benchmarks if each.judged is not None]
    shown = [(name, ratio) for name, ratio in told if ratio is not None and math.isfinite(ratio.high)]
    if shown:
        series = [
            Series("lower bound", tuple(ratio.low * 100 for _, ratio in shown)),
            Series("median", tuple(ratio.median * 100 for _, ratio in shown)),
            Series("upper bound", tuple(ratio.high * 100 for _, ratio in shown)),
        ]
        title = f"Time of the candidate in per cent of the base; above {float(1 + found.threshold) * 100:g} it matters"
        yield bars(title, lead(found), _short([name for name, _ in shown]), series, " %")


def _times(found: Bench) -> Iterator[str]:
    first = sorted(found.benchmarks, key=lambda each: each.state != "regression")
    for each in first[:_CHARTS]:
        sides = [("candidate", each.candidate), ("base", each.base), ("baseline", each.kept)]
        shown = [(of, one) for of, one in sides if one is not None]
        wanted = [name for name in ("p50", "p95", "p99") if all(getattr(one, name) for _, one in shown)]
        if wanted:
            series = [Series(of, tuple(_milliseconds(one, name) for name in wanted)) for of, one in shown]
            yield bars(each.name, f"Percentiles of {each.name} in milliseconds", wanted, series, " ms")


def _short(names: list[str]) -> list[str]:
    """The names of tests alone, where that tells them apart."""
    last = [name.rpartition("::")[2] or name for name in names]
    return last if len(set(last)) == len(last) else names


def _milliseconds(found: Percentiles, name: str) -> float:
    value: int = getattr(found, name)
    return value / 1e6
