"""The whole comparison for one project: choose, move, prove, sample, and write down every surprise."""

from __future__ import annotations

import json
import multiprocessing
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench.differential import probe, suites
from bench.differential.choose import choose
from bench.differential.examine import Outcome, examine
from bench.differential.sample import Checkout, named, sample
from bench.differential.shrink import shrink
from corpus.environment import PROJECTS, environment
from corpus.project import clone, project
from corpus.sdist import Sdist
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.code.moves import Move
from laneshift.repo.objects import Repository

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What to try, and where things are kept."""

    seed: int
    moves: int
    sample: int
    processes: int
    cache: Path
    reports: Path


@dataclass
class Result:
    """The counts for one project. `surprises` holds pairs of a move and what did not hold; `circular` counts sampled
    moves to a package that cannot be imported where the module is needed, moved or not."""

    name: str
    moves: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    seconds: list[float] = field(default_factory=list)
    sampled: int = 0
    imported: int = 0
    tests: int = 0
    circular: int = 0
    surprises: list[tuple[Move, str]] = field(default_factory=list)

    def surprised(self) -> bool:
        """Whether anything did not hold, or nothing was tried."""
        return bool(self.surprises) or not self.moves

    def line(self) -> str:
        """The counts in words."""
        median = statistics.median(self.seconds) if self.seconds else 0.0
        refused = ", ".join(f"{code} {count}" for code, count in sorted(self.refused.items())) or "none"
        return (
            f"{self.name}: {self.moves} moves proved, {self.edits} edits, median {median:.2f} s; refused: {refused}; "
            f"{self.sampled} sampled with {self.imported} imports and {self.tests} tests, "
            f"{self.circular} of them to where the module cannot be imported; "
            f"{len(self.surprises)} surprises"
        )


def differential(sdist: Sdist, options: Options, tell: Tell) -> Result:
    """Try the seeded moves on one project; `tell` gets a line for each surprise."""
    source = project(sdist, options.cache)
    repository = Repository.open(source)
    tree = repository.tree("HEAD")
    with Index.open(repository, processes=options.processes) as index:
        index.refresh(tree)
    paths = [path for path, _ in tree.below("")]
    moves = choose(paths, sdist.package, options.seed, options.moves)
    there = checkout(sdist, source, options, Modules.of(paths)) if options.sample else None
    result = Result(f"{sdist.project} {sdist.version}")
    for number, (move, outcome) in enumerate(_examined(source, moves, options.processes)):
        found = _note(result, outcome)
        done = isinstance(outcome, Outcome) and not outcome.refused
        if there is not None and isinstance(outcome, Outcome) and done and number % options.sample == 0:
            seen = sample(there, outcome, options.seed + number)
            result.sampled += 1
            result.imported += seen.imported
            result.tests += seen.tests
            result.circular += bool(seen.circular)
            found += seen.surprises
            for each in seen.circular[:1]:
                tell(f"{sdist.project}: {move.src} -> {move.dst}: not there, moved or not: {each.splitlines()[0]}")
        for surprise in found:
            result.surprises.append((move, surprise))
            tell(f"{sdist.project}: {move.src} -> {move.dst}: {surprise}")
        if found:
            _reproduce(sdist, repository, move, found, options)
    return result


def _examined(source: Path, moves: list[Move], processes: int) -> Iterator[tuple[Move, Outcome | BaseException]]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting = [(move, pool.submit(examine, source, "HEAD", move)) for move in moves]
        for move, future in waiting:
            error = future.exception()
            yield move, error if error is not None else future.result()


def _note(result: Result, outcome: Outcome | BaseException) -> list[str]:
    if isinstance(outcome, BaseException):
        return [f"crash: {type(outcome).__name__}: {outcome}"]
    if outcome.refused:
        result.refused[outcome.refused] += 1
        return []
    result.moves += 1
    result.edits += outcome.edits
    result.seconds.append(outcome.seconds)
    return list(outcome.surprises)


def checkout(sdist: Sdist, source: Path, options: Options, modules: Modules) -> Checkout:
    """A clone beside the cache that shares its objects, so that trees written there can be checked out."""
    name = f"{sdist.project.lower()}-{sdist.version}"
    folder, compiled = (options.cache / "checkouts" / name).absolute(), (options.cache / "bytecode" / name).absolute()
    python = environment("projects", PROJECTS, options.cache) / "python"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        clone(source, folder)
        alternates = folder / ".git" / "objects" / "info" / "alternates"
        alternates.write_text(f"{(source / '.git' / 'objects').absolute()}\n", encoding="utf-8")
    compiled.mkdir(parents=True, exist_ok=True)
    probe.compile_all(python, folder, compiled)
    names = named(modules.by_path, sdist.package)
    roots = (sdist.package.rpartition("/")[0],)
    return Checkout(folder, python, compiled, "HEAD", names, roots, suites.SUITES.get(sdist.project))


def _reproduce(sdist: Sdist, repository: Repository, move: Move, found: list[str], options: Options) -> None:
    """Write down the move, what did not hold, and the smallest tree on which a proof fails the same way."""
    options.reports.mkdir(parents=True, exist_ok=True)
    small = None
    proved = [each for each in found if each.count(": ") > 1 and not each.startswith(("crash", "import ", "tests "))]
    if proved:
        small = shrink(repository.tree("HEAD"), move, proved[0])
    data = {
        "project": sdist.project,
        "version": sdist.version,
        "move": [move.src, move.dst],
        "surprises": found,
        "small": {path: data.decode("latin-1") for path, data in (small or {}).items()},
    }
    name = f"{sdist.project}-{move.src}-{move.dst}".replace("/", ".")[:200]
    (options.reports / f"{name}.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
