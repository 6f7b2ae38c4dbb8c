"""A commit that nobody has seen: the last one with an import of the standard library in files spread over the tree."""

from __future__ import annotations

import time
from pathlib import Path

from bench.answered import ANSWERED
from corpus.project import run
from laneshift.repo.objects import File, Repository

_PLACE = ".git/edited"
AS_COMMAND = f'read -r commit < {_PLACE}; set -- "$@" --tree "$commit"; {ANSWERED}'
"""For a shell: the command that follows, about that commit, and whether it gave an answer."""


def edit(folder: Path, files: int) -> None:
    """Make such a commit, beside all branches, and write its id down for `AS_COMMAND`."""
    repository = Repository.open(folder)
    tree = repository.tree("HEAD")
    paths = [path for path, entry in tree.below("") if path.endswith(".py") and entry.is_regular]
    chosen = paths[:: len(paths) // files][:files]
    line = f"\nimport json\n# {time.time_ns()}\n".encode()
    after = tree.edit({path: File(tree.read(path) + line) for path in chosen})
    commit = run(folder, "commit-tree", after.oid, "-p", "HEAD", "-m", "edited").strip()
    (folder / _PLACE).write_text(f"{commit}\n", encoding="ascii")
