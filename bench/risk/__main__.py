"""`python -m bench.risk {seeded SEED COUNT | real PROJECT SEED COUNT | told FILE...}`: gather outcomes, compare orders.

Outcomes go to `.cache/risk/`, a line of JSON for each item as it is tried, so that what was gathered is not lost.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.risk.auc import compared
from bench.risk.outcomes import Seen, read, write
from bench.risk.real import real
from bench.risk.seeded import seeded
from corpus.fetch import CACHE
from laneshift.matriz.risk.score import score

_KEPT = Path(".cache/risk")


def main(arguments: Sequence[str]) -> int:
    """Gather, or compare what was gathered."""
    if arguments[0] == "seeded":
        seed, count = map(int, arguments[1:3])
        with tempfile.TemporaryDirectory(prefix="laneshift-risk-") as folder:
            write(_KEPT / f"seeded-{seed}.jsonl", seeded(Path(folder) / "repo", seed, count))
        return 0
    if arguments[0] == "real":
        project, (seed, count) = arguments[1], map(int, arguments[2:4])
        write(_KEPT / f"{project}-{seed}.jsonl", real(project, seed, count, CACHE))
        return 0
    seen = [each for name in arguments[1:] for each in read(Path(name))]
    for line in told(seen):
        sys.stdout.write(f"{line}\n")
    return 0


def told(seen: Sequence[Seen]) -> list[str]:
    """A line for each outcome that some items had and others had not.

    Where uses that the engine reports are the outcome, the score goes without them: they would foretell themselves.
    """
    blind = [replace(each.measured, dynamic=0) for each in seen]
    cases: list[tuple[str, Callable[[Seen], bool], list[float]]] = [
        ("failed", lambda one: bool(one.failed), [score(each.measured).score for each in seen]),
        ("reported uses, score without them", lambda one: one.reported, [score(each).score for each in blind]),
        (
            "failed or reported uses, score without them",
            lambda one: bool(one.failed) or one.reported,
            [score(each).score for each in blind],
        ),
    ]
    lines = []
    for name, is_bad, risks in cases:
        bad = [is_bad(each) for each in seen]
        if not any(bad) or all(bad):
            lines.append(f"{name}: {sum(bad)} of {len(bad)} items: nothing to tell apart")
            continue
        found = compared(risks, [float(each.measured.lines) for each in seen], bad)
        lines.append(
            f"{name}: {sum(bad)} of {len(bad)} items; risk {_area(found.risk, found.risk_between)}, "
            f"size {_area(found.size, found.size_between)}, gain {_area(found.risk - found.size, found.gain_between)}"
        )
    return lines


def _area(value: float, between: tuple[float, float]) -> str:
    return f"{value:.2f} ({between[0]:.2f} to {between[1]:.2f})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
