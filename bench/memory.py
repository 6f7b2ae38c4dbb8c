"""100,000 vectors of 384 numbers in an index: put in, read again, and searched in two ways."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from bench.measure import Contestant, Summary, interleave
from bench.section import Section, at_least, at_most

VECTORS, _AT_ONCE = 100_000, 1_000
_NOTES = (
    "Vectors as models give them: 500 groups, 32 directions and some noise, of length 1; queries are others of these.",
    "Each row is a process; milliseconds of the processor are those of all its threads.",
    "The first search of a process reads all vectors from the file. Recall is against numpy with 64 bits.",
    "A filter of two lanes in twenty lets a tenth through.",
    "Near neighbours are made once by a process, and kept up to date by it.",
    "How widely those are searched is measured on the vectors themselves, so that 97 of 100 are found.",
)
_RECALL, _EXACT = 95.0, 100.0
_GOAL_95 = 50.0
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def memory(cache: Path, rounds: int) -> Section:
    """Put in once, searched `rounds` times."""
    folder = cache / "bench" / "memory"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    program = (sys.executable, "-m", "bench.programs.vector_memory")

    def contestant(word: str, *more: str) -> Contestant:
        # What the answers are held against is a large product, whose threads would be counted as ours.
        return Contestant(word, [(*program, word, str(folder), *more)], Path.cwd(), surroundings=_ONE_THREAD)

    put_in, look, near = contestant("fill", str(VECTORS)), contestant("search"), contestant("near")
    filled = interleave([put_in], 1, warm_up=False)[0]
    searched, neared = interleave([look], rounds, warm_up=False)[0], interleave([near], 1, warm_up=False)[0]
    calls = VECTORS // _AT_ONCE
    rows = [
        ("", "processor", "clock"),
        ("putting in 1,000", *_pair(filled, "cpu", "clock", 1 / calls)),
        ("first search of a process", *_pair(searched, "start_cpu", "start_clock")),
        ("a search, all looked at", *_pair(searched, "exact_cpu", "exact_clock")),
        ("— p95", *_pair(searched, "exact_cpu_95", "exact_clock_95")),
        ("— with a filter, p95", *_pair(searched, "filtered_cpu_95", "filtered_clock_95")),
        ("making near neighbours", *_pair(neared, "made_cpu", "made_clock")),
        ("a search by near neighbours", *_pair(neared, "near_cpu", "near_clock")),
        ("— p95", *_pair(neared, "near_cpu_95", "near_clock_95")),
        ("memory of the process, all looked at", f"{_found(searched)['peak']:.0f} MB", ""),
        ("memory of the process, near neighbours", f"{_found(neared)['peak']:.0f} MB", ""),
        ("the file", f"{_found(filled)['megabytes']:.0f} MB", ""),
    ]
    claims = [
        at_least("recall of ten, all looked at", _found(searched)["recall"] * 100, _EXACT, "%"),
        at_least("recall of ten by near neighbours", _found(neared)["recall"] * 100, _RECALL, "%"),
        at_most(
            "a search, all looked at, p95 by the processor", _found(searched)["exact_cpu_95"] * 1000, _GOAL_95, "ms"
        ),
    ]
    return Section("memory", f"{VECTORS:,} vectors in an index", [], claims, _NOTES, table=rows)


def _found(row: Summary) -> dict[str, float]:
    """What the last process told."""
    told: dict[str, float] = json.loads(row.samples[-1].printed)
    return told


def _pair(row: Summary, cpu: str, clock: str, share: float = 1.0) -> tuple[str, str]:
    found = _found(row)
    return f"{found[cpu] * 1000 * share:.1f} ms", f"{found[clock] * 1000 * share:.1f} ms"
