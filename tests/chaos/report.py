"""The report of the rounds: a table for people, one document for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.chaos.play import Result
from tests.chaos.rounds import KINDS

_HEAD = ("kind", "rounds", "lost", "doubled", "wrong", "untidy", "resumes", "asked again", "seconds a round")


def as_json(results: Sequence[Result], disk: str) -> dict[str, Any]:
    """Everything that is known of the rounds."""
    return {
        "rounds": len(results),
        **counts(results),
        "disk": disk,
        "seconds": round(sum(result.seconds for result in results), 1),
        "errors_told": dict(Counter(code for result in results for code in result.told)),
        "results": [asdict(result) | {"good": result.good, "again": again(result)} for result in results],
    }


def counts(results: Sequence[Result]) -> dict[str, int]:
    """Items that were lost, doubled and wrongly landed; rounds that were untidy."""
    return {
        "lost": sum(len(result.verdict.lost) for result in results),
        "doubled": sum(len(result.verdict.doubled) for result in results),
        "wrong": sum(len(result.verdict.wrong) for result in results),
        "untidy": sum(bool(result.untidy) for result in results),
    }


def status(results: Sequence[Result]) -> int:
    """The exit status: 0 when every round ended as if it had been left alone."""
    return int(not all(result.good for result in results))


def again(result: Result) -> str:
    """The command that plays this round again."""
    return f"python -m tests.chaos --rounds 1 --seed {result.round.seed}"


def line(result: Result) -> str:
    """One round in one line."""
    kinds = "+".join(harm.kind for harm in result.round.harms)
    end = "as if undisturbed" if result.good else "NOT as if undisturbed"
    told = f"; told {', '.join(result.told)}" if result.told else ""
    return f"{result.round.seed:>6} {result.round.verb:<8} {result.round.engine:<8} {kinds:<16} {end}{told}"


def findings(result: Result) -> list[str]:
    """What was found in a round, a line each."""
    verdict = asdict(result.verdict)
    found = [f"    {name}: {text}" for name, texts in verdict.items() for text in texts]
    return [*found, *(f"    {text}" for text in result.untidy)]


def table(results: Sequence[Result], disk: str) -> str:
    """The counts by kind, and each failure with the command that shows it again."""
    rows = [_HEAD, *(_row(kind, [r for r in results if r.round.kind == kind]) for kind in KINDS)]
    rows.append(_row("all", results))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    codes = Counter(code for result in results for code in result.told)
    lines += ["", f"disk full by {disk}; errors told on the way: {_told(codes)}"]
    for result in results:
        if not result.good:
            lines += ["", line(result), *findings(result), f"  {again(result)}"]
    return "\n".join(lines)


def _row(name: str, results: Sequence[Result]) -> tuple[str, ...]:
    many = len(results)
    seconds = f"{sum(result.seconds for result in results) / many:.1f}" if many else "-"
    resumes, asked = sum(result.resumes for result in results), sum(result.asked_again for result in results)
    found = counts(results)
    return (name, str(many), *(str(number) for number in found.values()), str(resumes), str(asked), seconds)


def _told(codes: Counter[str]) -> str:
    return ", ".join(f"{code} {number}" for code, number in sorted(codes.items())) or "none"
