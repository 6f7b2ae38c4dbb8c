"""What the index needs after a commit: `python -m bench.programs.index_refresh REPOSITORY FILES`."""

from __future__ import annotations

import random
import sys
import time
import uuid
from pathlib import Path

from laneshift.code.index import Index
from laneshift.repo.objects import File, Repository


def main(repository: str, files: str) -> None:
    """Change as many Python files as `files` says, in a tree never seen before, and time the refresh in seconds."""
    opened = Repository.open(Path(repository))
    before = opened.tree("HEAD")
    python = [path for path, entry in before.below("") if path.endswith(".py") and entry.is_regular]
    chosen = random.Random(repository).sample(python, int(files))
    mark = f"\n# {uuid.uuid4()}\n".encode()
    after = before.edit({path: File(before.read(path) + mark) for path in chosen})
    index = Index.open(opened)
    index.refresh(before)
    started = time.perf_counter()
    index.refresh(after)
    sys.stdout.write(f"{time.perf_counter() - started}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
