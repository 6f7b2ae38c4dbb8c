"""`ast.parse` over every Python file of HEAD, in one process: `python -m bench.programs.parse_all REPOSITORY`."""

from __future__ import annotations

import sys
import warnings

import pygit2

from bench.programs.floor import parses, walk


def main(repository: str) -> None:
    """Read and parse each; print how many there are, and how many this Python reads."""
    warnings.simplefilter("ignore")
    opened = pygit2.Repository(repository)
    files = [oid for path, oid in walk(opened, opened.head.peel(pygit2.Tree)) if path.endswith(".py")]
    parsed = sum(parses(opened.odb.read(oid)[1]) for oid in files)
    sys.stdout.write(f"{len(files)} files, {parsed} parsed\n")


if __name__ == "__main__":
    main(sys.argv[1])
