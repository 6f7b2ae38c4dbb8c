"""Independent moves, each committed on the last: `python -m bench.programs.many_moves REPOSITORY COUNT`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from laneshift.code.index import Index
from laneshift.code.moves import Move, move
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import Repository, Tree


def main(repository: str, count: str) -> None:
    """Move `count` modules, each of a folder of its own; print how many edits that took, and the last commit."""
    opened = Repository.open(Path(repository))
    index = Index.open(opened)
    author = Identity("bench", "bench@localhost")
    commit, edits = opened.commit_id("HEAD"), 0
    for each in moves(opened.tree("HEAD"), int(count)):
        result = move(opened.tree(commit), each, mentions=index.mentions)
        edits += len(result.edits)
        commit = write_commit(opened, result.tree.oid, [commit], f"refactor: move {each.src}\n", author, 0)
    sys.stdout.write(f"{count} moves, {edits} edits, {commit}\n")


def moves(tree: Tree, count: int) -> list[Move]:
    """The first module of each of `count` folders, renamed within its folder."""
    folders: Counter[str] = Counter()
    found: list[Move] = []
    for path, entry in tree.below(""):
        folder, _, name = path.rpartition("/")
        plain = entry.is_regular and name.endswith(".py") and name[:-3].isidentifier() and not name.startswith("__")
        if plain and folder.count("/") > 1 and not folders[folder] and len(found) < count:
            folders[folder] += 1
            found.append(Move(path, f"{folder}/{name[:-3]}_moved.py"))
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
