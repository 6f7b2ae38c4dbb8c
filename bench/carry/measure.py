"""One project: 24 moves land, then every stale patch is brought over by each contestant, one on top of the other."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.carry.contestants import Attempt, Case, Contestant, laneshift, merge, rebase
from bench.carry.history import moves, patches
from bench.carry.pairs import Pair
from corpus.project import clone, project, run
from laneshift.code.index import Index
from laneshift.code.intents import Intent
from laneshift.code.moves import Mentions, Move, move
from laneshift.landing.carry import Turn, Turned, remembered
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.merging import merge as merged
from laneshift.repo.objects import Repository, Tree

_WHO = Identity("Bench", "bench@example.org")
_WHEN = 1_700_000_000


@dataclass
class Score:
    """How one contestant did: of the patches that applied before, how many came over, and how many came over right."""

    name: str
    clean: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    files: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, patch: str, attempt: Attempt, wanted: str) -> None:
        """Count one attempt. A clean result with another tree than patch first, then moves, is wrong."""
        self.seconds.append(attempt.seconds)
        self.files += attempt.conflicts
        if attempt.tree:
            self.clean += 1
            self.right += attempt.tree == wanted
            if attempt.tree != wanted:
                self.wrong.append(patch)

    @property
    def median(self) -> float:
        """Seconds a patch."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Result:
    """One project's figures. `applied` is how many of the patches apply before the moves, one after the other."""

    project: str
    files: int
    patches: int
    applied: int
    touched: int
    moves: int
    scores: tuple[Score, ...]


def measure(
    pair: Pair, seed: int, patch_count: int, move_count: int, cache: Path, tell: Callable[[str], None]
) -> Result:
    """Fetch both releases, make the patches and the moves, and let every contestant bring every patch over."""
    with tempfile.TemporaryDirectory() as folder:
        place = clone(project(pair.older, cache), Path(folder) / "clone")
        run(place, "fetch", "--quiet", str(project(pair.newer, cache).absolute()), "HEAD:newer")
        repository = Repository.open(place)
        base = repository.commit_id("HEAD")
        with Index.open(repository) as index:
            index.refresh(repository.tree(base))
            index.refresh(repository.tree("newer"))
            return _measured(repository, place, base, pair, seed, patch_count, move_count, index.mentions, tell)


def plain(mentions: Mentions) -> Turn:
    """Moves alone: git knows nothing of characterization tests. Remembered, since M(B) is asked for often."""

    def turn(tree: Tree, intent: Intent) -> Turned:
        result = move(tree, Move(intent.src, intent.dst), mentions=mentions)
        return Turned(result.relocations, (), result.tree)

    return remembered(turn)


def _measured(
    repository: Repository,
    place: Path,
    base: str,
    pair: Pair,
    seed: int,
    patch_count: int,
    move_count: int,
    mentions: Mentions,
    tell: Callable[[str], None],
) -> Result:
    start = repository.tree(base)
    package = pair.older.package
    written = patches(start, repository.tree("newer"), package, seed, patch_count)
    chosen = moves(start, written, package, seed, move_count, mentions)
    intents = [Intent(f"move{number}", each.src, each.dst) for number, each in enumerate(chosen)]
    turn = plain(mentions)
    tip, first = base, start
    for intent in intents:
        tip = _commit(repository, turn(repository.tree(tip), intent).tree, tip)
    contestants = {
        "laneshift": laneshift(repository, intents, turn),
        "git merge": merge(place),
        "git rebase": rebase(place),
    }
    scores = {name: Score(name) for name in contestants}
    applied = touched = 0
    sources = {each.src for each in chosen}
    for each in written:
        stale = start.edit(each.change)
        before = merged(start, first, stale)
        if not before.clean:
            continue
        applied += 1
        touched += bool(sources & each.change.keys())
        first = before.tree
        wanted = _moved(first, intents, turn)
        case = Case(base, _commit(repository, stale, base), tip)
        _compare(contestants, scores, case, each.name, wanted.oid)
        tip = _commit(repository, wanted, tip)
        tell(f"{pair.older.project} {applied}/{len(written)} {each.name}")
    return Result(
        pair.older.project, len(start.entries), len(written), applied, touched, len(chosen), tuple(scores.values())
    )


def _moved(tree: Tree, intents: list[Intent], turn: Turn) -> Tree:
    for intent in intents:
        tree = turn(tree, intent).tree
    return tree


def _compare(contestants: dict[str, Contestant], scores: dict[str, Score], case: Case, name: str, wanted: str) -> None:
    for contestant, attempt in contestants.items():
        scores[contestant].add(name, attempt(case), wanted)


def _commit(repository: Repository, tree: Tree, parent: str) -> str:
    return write_commit(repository, tree.oid, [parent], "change\n", _WHO, _WHEN)
