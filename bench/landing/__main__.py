"""`python -m bench.landing [--part small|large|shards|engine|all] [--seed N] [--small 24] [--large 144] [--quick]`

Exit status 0 when it ran, whatever it found: the goals stand below the table with what was measured for each.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.landing import matrix
from bench.landing.rows import LENGTHS, Row
from bench.landing.table import claims, table
from bench.landing.timing import spend
from bench.place import passing_files
from bench.section import Claim, at_most
from corpus.environment import PEERS, environment
from corpus.fetch import CACHE
from laneshift.errors import LaneshiftError

_FEW, _MANY = 144, 500
_GROWTH = 1.1


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many items the batches have, and with which suites some cells are measured besides."""

    small: int
    large: int
    few: int = _FEW
    many: int = _MANY
    lengths: tuple[int, ...] = LENGTHS


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then print the table and the goals."""
    parser = argparse.ArgumentParser(prog="python -m bench.landing", description=__doc__)
    parser.add_argument("--part", choices=("small", "large", "shards", "engine", "all"), default="all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", type=int, default=24)
    parser.add_argument("--large", type=int, default=144)
    parser.add_argument("--quick", action="store_true", help="tiny batches: to see that it runs")
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args(arguments)
    if min(chosen.small, chosen.large) < 4:
        parser.error("a batch has at least 4 items, or there is no room for the faults")
    sizes = Sizes(6, 8, 4, 8, ()) if chosen.quick else Sizes(chosen.small, chosen.large)
    try:
        with passing_files(chosen.cache):
            _measure(chosen.part, sizes, chosen.seed, chosen.cache)
    except LaneshiftError as error:
        sys.stderr.write(f"{error.what} [{error.code}]\n  {error.why}\n  {error.cure}\n")
        return error.exit_code
    return 0


def _measure(part: str, sizes: Sizes, seed: int, cache: Path) -> None:
    if part not in ("engine", "shards"):
        program = environment("peers", PEERS, cache) / "mergetrain"
        _print(_cells(sizes, seed, program, part))
    if part in ("shards", "all"):
        _print(_shards(sizes))
    if part in ("engine", "all"):
        _print(_engine(sizes))


def _cells(sizes: Sizes, seed: int, program: Path, part: str) -> Iterator[str]:
    rows: list[Row] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-landing-") as folder:
        scratch = Path(folder).resolve()
        if part != "large":
            with matrix.stage(scratch / "small", sizes.small, program, _note) as on:
                rows += matrix.small(on, seed, sizes.lengths, _note)
                notes += _beside(on)
            with matrix.stage(scratch / "crowded", sizes.small, program, _note, crowded=True) as on:
                rows += matrix.crowded(on, _note)
        if part != "small":
            with matrix.stage(scratch / "large", sizes.large, program, _note) as on:
                rows += matrix.large(on, seed, _note)
                notes += _beside(on)
    yield from table(rows)
    yield ""
    yield from _goals(claims(rows))
    yield ""
    yield from notes


def _beside(on: matrix.Stage) -> Iterator[str]:
    """What is in no row: the checks that laneshift's items went through before, and queueing branches."""
    ground, queueing = on.ground, on.queued.queueing
    checks = ground.checks
    yield (
        f"- {ground.items} items: laneshift's checks of all items took {checks.seconds:.0f} s, {checks.cpu:.0f} s of"
        f" processor time and {ground.checked.small} small runs; queueing the branches in mergetrain took"
        f" {queueing.seconds:.0f} s and {queueing.cpu:.0f} s of processor time."
    )


def _shards(sizes: Sizes) -> Iterator[str]:
    """What a clean landing takes in one session of the suite, and in one for each worker."""
    for length in sizes.lengths or (1,):
        _note(f"a suite of {length} s in shards")
        with tempfile.TemporaryDirectory(prefix="bench-landing-") as folder:
            command = (sys.executable, "-m", "bench.landing.shards", str(Path(folder).resolve()), str(length))
            _, printed = spend(command, Path.cwd())
        yield f"- {printed.strip()}"


def _engine(sizes: Sizes) -> Iterator[str]:
    """What one item costs without any suite to speak of, and whether memory and disk stay where they are."""
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-landing-") as folder:
        for items in (sizes.few, sizes.many):
            _note(f"{items} items, a suite of nothing")
            place = Path(folder).resolve() / str(items)
            place.mkdir()
            command = (sys.executable, "-m", "bench.landing.overhead", str(place), str(items), "true")
            _, printed = spend(command, Path.cwd())
            found.append(json.loads(printed))
            yield f"- {printed.strip()}"
    few, many = found
    own = sum(few[part]["own_ms"] for part in ("plan", "run", "land"))
    children = sum(few[part]["children_ms"] for part in ("plan", "run", "land"))
    peaks = list(many["peaks_mib"].values())
    allowed = max(each["workers"] for each in found) + 1
    yield ""
    yield from _goals(
        [
            at_most(f"processor time of the engine itself, an item of {few['items']}", own, 60, "ms"),
            at_most(f"peak memory at {many['items']} items by that at a quarter of them",
                    peaks[-1] / peaks[0], _GROWTH, "times"),
            at_most("checkouts on disk", max(each["checkouts"] for each in found), allowed, ""),
        ]
    )  # fmt: skip
    yield ""
    yield f"- The programs that it starts take {children:.0f} ms of an item besides."


def _goals(found: Sequence[Claim] | Iterator[Claim]) -> Iterator[str]:
    yield "| goal | wanted | measured | met |"
    yield "| --- | --- | --- | --- |"
    for claim in found:
        yield f"| {claim.text} | {claim.goal} | {claim.measured} | {'yes' if claim.met else '**no**'} |"


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _note(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
