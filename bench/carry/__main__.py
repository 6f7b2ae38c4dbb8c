"""`python -m bench.carry [--seed N] [--patches 30] [--moves 24] PROJECT...`

Exit status 0 when laneshift brought at least 95 % of the patches over, each with the right tree; 1 otherwise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.carry.measure import Result, measure
from bench.carry.pairs import PAIRS
from corpus.fetch import CACHE

_GOAL = 0.95


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the projects that are named, or all, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.carry", description=__doc__)
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patches", type=int, default=30)
    parser.add_argument("--moves", type=int, default=24)
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.projects if name not in PAIRS]
    if unknown:
        parser.error(f"no such project: {', '.join(unknown)}; there are {', '.join(PAIRS)}")
    names = chosen.projects or sorted(PAIRS)
    results = [measure(PAIRS[name], chosen.seed, chosen.patches, chosen.moves, chosen.cache, _note) for name in names]
    for line in table(results):
        sys.stdout.write(f"{line}\n")
    return int(not all(map(_holds, results)))


_COLUMNS = (
    "project",
    "patches that apply before",
    "of these, touch a moved file",
    "",
    "come over",
    "with the right tree",
    "clean but wrong",
    "files in conflict",
    "median s",
)


def table(results: Sequence[Result]) -> Iterator[str]:
    """The figures as Markdown."""
    yield _row(_COLUMNS)
    yield _row(["---"] * len(_COLUMNS))
    for result in results:
        what = f"{result.project} ({result.files} files, {result.moves} moves)"
        before = f"{result.applied} of {result.patches}"
        for score in result.scores:
            counts = (score.clean, score.right, len(score.wrong), score.files)
            yield _row([what, before, str(result.touched), score.name, *map(str, counts), f"{score.median:.2f}"])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _holds(result: Result) -> bool:
    own = next(score for score in result.scores if score.name == "laneshift")
    return result.applied > 0 and own.right >= _GOAL * result.applied and not own.wrong


def _note(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
