"""What `report bench` does between its options and its words."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laneshift.cli.lanes import looked_at
from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Repository, Tree
from laneshift.reports.bench.data import issue_key
from laneshift.reports.bench.pages import issue
from laneshift.reports.bench.pairing import Paired, paired
from laneshift.reports.bench.percentiles import Percentiles, read_baseline, write_baseline
from laneshift.reports.bench.report import Bench, compared, described
from laneshift.reports.bench.results import LARGEST, Times, read
from laneshift.reports.bench.verdict import Judged, judge, settled
from laneshift.runs.benchmark_pairs import FILE, Timer, Trees, command_of, instructions, pairs
from laneshift.runs.events import Event
from laneshift.runs.input_file import read_input
from laneshift.runs.lane_check import settings_of
from laneshift.wiring import issues as issues_of
from laneshift.wiring import timer as timer_of


@dataclass(frozen=True, slots=True)
class Asked:
    """The options. `pairs` 0 is what the settings say, `tree` empty the work tree."""

    base: str
    command: str
    sources: tuple[Path, ...]
    pairs: int
    tree: str
    write_baseline: bool


def made(repository: Repository, asked: Asked, say: Callable[[Event], None]) -> tuple[Bench, dict[str, bytes]]:
    """The report, and the file of committed figures where it is to be written. Raises `Refused` and `CheckFailed`."""
    if bool(asked.base) == bool(asked.sources):
        raise Refused(
            "bench.nothing-asked",
            "name either --base REV, to judge, or --from FILE, to describe",
            cure='laneshift report bench --base main --command "python bench/parse.py"',
        )
    now = looked_at(repository, asked.tree)
    settings = settings_of(now)
    place = settings.bench.baseline
    kept = read_baseline(now.read(place), place) if place in now else {}
    if asked.base:
        found = _judged(repository, now, settings, asked, kept, say)
    else:
        found = _described(now, settings, asked.sources, kept)
    if not asked.write_baseline:
        return found, {}
    figures = {**kept, **{each.name: each.candidate for each in found.benchmarks}}
    return found, {place: write_baseline(figures)}


def tell_issues(repository: Repository, found: Bench) -> list[dict[str, Any]]:
    """One issue for each regression, opened or brought up to date; closed where the benchmark is as fast again."""
    issues = issues_of(repository)
    told = []
    for each in found.benchmarks:
        key = issue_key(each.name)
        if each.state == "regression":
            put = issues.put(key, *issue(found, each))
        elif each.state == "none":
            closed = issues.close(key, f"no regression in {found.tree}")
            if closed is None:
                continue
            put = closed
        else:
            continue
        told.append({"key": put.key, "number": put.number, "title": put.title, "state": put.state})
    return told


def _described(now: Tree, settings: Settings, sources: Sequence[Path], kept: Mapping[str, Percentiles]) -> Bench:
    found: dict[str, Times] = {}
    for path in sources:
        times = read(read_input(path, LARGEST, "bench")[0], str(path))
        twice = sorted(found.keys() & times.keys())
        if twice:
            raise Refused("bench.twice", f"{twice[0]!r} is in two of the files", where=str(path))
        found.update(times)
    return described(now.oid, found, kept, settings.bench.threshold)


def _judged(
    repository: Repository,
    now: Tree,
    settings: Settings,
    asked: Asked,
    kept: Mapping[str, Percentiles],
    say: Callable[[Event], None],
) -> Bench:
    wanted = settings.bench.model_copy(update={"pairs": asked.pairs or settings.bench.pairs})
    words = shlex.split(asked.command) if asked.command else list(wanted.command or ())
    command = command_of(words, wanted)
    trees = Trees(repository.tree(asked.base).oid, now.oid)
    limits = Limits(float(wanted.seconds), settings.tests.memory_mib)
    timer = timer_of(repository, settings)
    ran = paired((old.data, new.data) for old, new in pairs(timer, trees, command, wanted, limits, say))
    judged = {name: judge(each, wanted.threshold, wanted.measure) for name, each in ran.pairs.items()}
    if not any(FILE in word for word in words):
        judged = _counted(judged, ran, timer, trees, words, limits, settings)
    sides = (ran.base, ran.candidate)
    return compared((trees.base, trees.candidate), words, wanted.threshold, sides, judged, kept)


def _counted(
    judged: dict[str, Judged],
    ran: Paired,
    timer: Timer,
    trees: Trees,
    words: Sequence[str],
    limits: Limits,
    settings: Settings,
) -> dict[str, Judged]:
    """The verdicts, with instructions counted where the times do not tell."""
    if all(each.outcome != "insufficient" for each in judged.values()):
        return judged
    found = instructions(timer, trees, words, limits)
    if found is None:
        return judged
    threshold = settings.bench.threshold
    return {
        name: settled(each, ran.pairs[name], *found, threshold) if each.outcome == "insufficient" else each
        for name, each in judged.items()
    }
