"""Labelled submissions shown to laneshift and to `lanekeeper check`: who refuses what, and how long it takes.

Usage: `python -m bench.submissions [--json] [--cache DIR]`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.submissions.judges import Brought, Said, brought, by_command, lanekeeper, ours
from corpus.fetch import CACHE
from laneshift.errors import LaneshiftError
from tests.agents.submitting import bad_contents, bad_places, good
from tests.agents.submitting.labelled import CASES

_LABELLED = (bad_places, bad_contents, good)
_SAMPLE = 6


def table(given: Brought, said: Sequence[Said]) -> Iterator[str]:
    """Markdown: of each kind how many are refused, then the good ones, then the time."""
    kinds = dict.fromkeys(case.kind for case in given.cases if not case.good)
    yield f"| | submissions | {' | '.join(each.name for each in said)} |"
    yield f"|---|---:|{'---:|' * len(said)}"
    for kind in kinds:
        at = [number for number, case in enumerate(given.cases) if not case.good and case.kind == kind]
        yield _row(f"{kind}, refused", len(at), [sum(each.refused[number] for number in at) for each in said])
    bad = [number for number, case in enumerate(given.cases) if not case.good]
    fine = [number for number, case in enumerate(given.cases) if case.good]
    yield _row("**all bad, refused**", len(bad), [sum(each.refused[number] for number in bad) for each in said])
    yield _row("**good, wrongly refused**", len(fine), [sum(each.refused[number] for number in fine) for each in said])
    medians = [f"{statistics.median(each.seconds) * 1000:.1f}" for each in said]
    yield f"| median of one, ms | | {' | '.join(medians)} |"


def _row(name: str, total: int, numbers: Sequence[int]) -> str:
    return f"| {name} | {total} | {' | '.join(map(str, numbers))} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge all, print the table, and hold some verdicts of lanekeeper against its own command."""
    parser = argparse.ArgumentParser(prog="python -m bench.submissions", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document, with every verdict")
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            given = brought(Path(folder) / "shop", CASES)
            said = [ours(given), lanekeeper(given, chosen.cache)]
            sample = range(0, len(CASES), len(CASES) // _SAMPLE)
            other = [CASES[at].name for at in sample if by_command(given, chosen.cache, at) != said[1].refused[at]]
    except LaneshiftError as error:
        sys.stderr.write(f"{error.what} [{error.code}]\n  {error.why}\n")
        return error.exit_code
    if chosen.json:
        verdicts = {case.name: [each.refused[at] for each in said] for at, case in enumerate(CASES)}
        names = [each.name for each in said]
        sys.stdout.write(json.dumps({"judges": names, "refused": verdicts, "otherwise": other}, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(table(given, said)) + "\n")
    if other or len(_LABELLED) != 3:
        sys.stderr.write(f"lanekeeper's command says otherwise of {', '.join(other)}\n")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
