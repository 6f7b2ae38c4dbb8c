"""What pairs of processes wrote, sorted by benchmark. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from laneshift.errors import CheckFailed, Refused
from laneshift.reports.bench.results import Times, read
from laneshift.reports.bench.verdict import Pair, Sample

Runs = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Paired:
    """By benchmark: the pairs of processes that both had it, and all seconds of base and of candidate."""

    pairs: Mapping[str, Sequence[Pair]]
    base: Runs = field(default_factory=dict)
    candidate: Runs = field(default_factory=dict)


def paired(processes: Iterable[tuple[bytes, bytes]]) -> Paired:
    """Sort what base and candidate wrote, pair by pair. Raises `CheckFailed` (`bench.failed`) for what is no result."""
    pairs: dict[str, list[Pair]] = defaultdict(list)
    base: dict[str, list[float]] = defaultdict(list)
    candidate: dict[str, list[float]] = defaultdict(list)
    for before, after in processes:
        old, new = _read(before, "base"), _read(after, "candidate")
        for told, runs in ((old, base), (new, candidate)):
            for name, times in told.items():
                runs[name].extend(times.wall or (times.least,))
        for name in old.keys() & new.keys():
            pairs[name].append(Pair(_sample(old[name]), _sample(new[name])))
    return Paired(pairs, base, candidate)


def _read(data: bytes, side: str) -> Mapping[str, Times]:
    try:
        return read(data, f"what the {side} wrote")
    except Refused as error:
        raise CheckFailed(
            "bench.failed",
            error.what,
            where=error.where,
            why=error.why,
            cure="the command has to write {json} each time",
        ) from error


def _sample(times: Times) -> Sample:
    return Sample(times.least, min(times.processor, default=None))
