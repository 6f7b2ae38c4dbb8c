"""Patches to real code, the standard library's, beside git's own merge and rebase: a seeded part of `bench.carry`."""

from __future__ import annotations

import email
import random
from pathlib import Path

import pytest

from bench.carry.contestants import Case, Contestant, laneshift, merge, rebase
from bench.carry.history import moves
from bench.carry.measure import Score, plain
from laneshift.code.index import Index
from laneshift.code.intents import Intent
from laneshift.landing.carry import Turn
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import File, Repository, Tree
from tests.repo.builders import repo_at

PATCHES = 10
MOVES = 6


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The `email` package of this very Python as a repository of its own, under the name `post`."""
    source = Path(email.__file__).parent
    files = {
        f"post/{path.relative_to(source)}": path.read_bytes()
        .replace(b"email.", b"post.")
        .replace(b"from email", b"from post")
        for path in sorted(source.rglob("*.py"))
    }
    return repo_at(tmp_path_factory.mktemp("library") / "repo", {**files, "README.md": "Uses `post.parser`.\n"})


def patch(tree: Tree, chance: random.Random, modules: list[str]) -> Tree:
    """What people write: a new function at the end, a new import of a module, a longer docstring, a new file."""
    changes: dict[str, File] = {}
    for path in chance.sample(modules, 3):
        name = chance.choice(modules).removesuffix(".py").replace("/", ".")
        package, _, last = name.rpartition(".")
        text = tree.read(path)
        kind = chance.randrange(3)
        if kind == 0:
            extra = f"def extra_{chance.randrange(9)}():\n    from {package} import {last}\n    return {last}\n"
            text += f"\n\n{extra}".encode()
        elif kind == 1:
            text = text.replace(b"\nimport ", f"\nimport {name}\nimport ".encode(), 1)
        else:
            changes[f"post/new_{chance.randrange(1000)}.py"] = File(f"from {name} import *  # {path}\n".encode())
        changes[path] = File(text)
    return tree.edit(changes)


def scored(
    repository: Repository, contestants: dict[str, Contestant], intents: list[Intent], turn: Turn
) -> dict[str, Score]:
    """Every contestant brings every patch, made on the old tree, onto the tip of its turn."""
    chance = random.Random(4)
    base = repository.commit_id("main")
    start = repository.tree(base)
    modules = [path for path in start.entries if path.startswith("post/") and "__" not in path and "mime" not in path]
    tip = commit(repository, moved(start, intents, turn), base)
    scores = {name: Score(name) for name in contestants}
    for number in range(PATCHES):
        stale = patch(start, chance, modules)
        case = Case(base, commit(repository, stale, base), tip)
        wanted = moved(stale, intents, turn)
        for name, attempt in contestants.items():
            scores[name].add(str(number), attempt(case), wanted.oid)
    return scores


def moved(tree: Tree, intents: list[Intent], turn: Turn) -> Tree:
    for intent in intents:
        tree = turn(tree, intent).tree
    return tree


def commit(repository: Repository, tree: Tree, parent: str) -> str:
    return write_commit(repository, tree.oid, [parent], "change\n", Identity("A", "a@example.org"), 1_700_000_000)


def test_every_patch_comes_over_right_where_git_leaves_old_names(library: Repository) -> None:
    work = library.work_dir
    assert work is not None
    with Index.open(library) as index:
        start = library.tree("main")
        chosen = moves(start, [], "post", 2, MOVES, index.mentions)
        intents = [Intent(f"move{number}", each.src, each.dst) for number, each in enumerate(chosen)]
        turn = plain(index.mentions)
        contestants = {"laneshift": laneshift(library, intents, turn), "merge": merge(work), "rebase": rebase(work)}
        scores = scored(library, contestants, intents, turn)
    assert len(chosen) == MOVES
    assert (scores["laneshift"].right, scores["laneshift"].wrong) == (PATCHES, [])
    for peer in ("merge", "rebase"):
        assert scores[peer].right < PATCHES, "the patches are too easy to tell anybody apart"
        assert len(scores[peer].seconds) == PATCHES


def test_a_wrong_tree_is_counted_as_wrong(library: Repository) -> None:
    """The seeded fault: a contestant that knows of no move."""
    with Index.open(library) as index:
        chosen = moves(library.tree("main"), [], "post", 2, MOVES, index.mentions)
        intents = [Intent(f"move{number}", each.src, each.dst) for number, each in enumerate(chosen)]
        turn = plain(index.mentions)
        scores = scored(library, {"forgetful": laneshift(library, [], turn)}, intents, turn)
    assert scores["forgetful"].right < PATCHES
