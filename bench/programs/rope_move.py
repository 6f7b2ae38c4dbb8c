"""A move by rope, run by the Python that has rope: `rope_move.py FOLDER SRC DST_FOLDER`."""

from __future__ import annotations

import importlib
import sys


def main(folder: str, src: str, dst: str) -> None:
    """Move the module or package `src` into the package folder `dst`, as rope's documentation does it."""
    projects = importlib.import_module("rope.base.project")
    moves = importlib.import_module("rope.refactor.move")
    project = projects.Project(folder, ropefolder=None, ignore_syntax_errors=True)
    changes = moves.create_move(project, project.get_resource(src)).get_changes(project.get_resource(dst))
    project.do(changes)
    sys.stdout.write(f"{len(changes.get_changed_resources())} files changed\n")
    project.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
