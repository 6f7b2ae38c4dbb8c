"""Build the index of HEAD: `python -m bench.programs.index_build REPOSITORY PROCESSES`."""

from __future__ import annotations

import sys
from pathlib import Path

from laneshift.code.index import Index
from laneshift.repo.objects import Repository


def main(repository: str, processes: str) -> None:
    """Index every blob of HEAD that was never seen; print how many files have facts."""
    opened = Repository.open(Path(repository))
    tree = opened.tree("HEAD")
    with Index.open(opened, processes=int(processes)) as index:
        index.refresh(tree)
        sys.stdout.write(f"{len(index.facts(tree))} Python files\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
