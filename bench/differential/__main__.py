"""`python -m bench.differential [--seed N] [--moves 100] [--sample 10] [--project NAME] PROJECT...`

Exit status 0 when nothing surprised, 1 when something did; every surprise is told with a small reproduction.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.differential.differential import Options, Result, differential
from corpus.fetch import CACHE
from corpus.sdist import ALL, BY_NAME


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison for the projects that are named, or for all."""
    parser = argparse.ArgumentParser(prog="python -m bench.differential", description=__doc__)
    parser.add_argument("projects", nargs="*", choices=[*sorted(BY_NAME), []], metavar="PROJECT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moves", type=int, default=100)
    parser.add_argument("--sample", type=int, default=10, help="check imports and tests for every n-th move; 0: never")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--reports", type=Path, default=Path(".cache/differential"))
    chosen = parser.parse_args(arguments)
    options = Options(chosen.seed, chosen.moves, chosen.sample, chosen.processes, chosen.cache, chosen.reports)
    results = [differential(BY_NAME[name], options, _tell) for name in chosen.projects or sorted(BY_NAME)]
    for result in results:
        _tell(result.line())
    _tell(f"{len(results)} of {len(ALL)} projects; seed {chosen.seed}")
    return int(any(map(Result.surprised, results)))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
