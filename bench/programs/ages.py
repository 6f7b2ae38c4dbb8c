"""When the files of a folder were last changed: `REPOSITORY FOLDER stream`, or `REPOSITORY FOLDER SAMPLE OF`.

Prints the seconds that one stream takes, or one `git log` for each of SAMPLE files, times what makes it OF files.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from laneshift.repo.ages import last_changes
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository


def main() -> None:
    """Time one way, and see that a sample of the other says the same."""
    repository, folder = Repository.open(Path(sys.argv[1])), sys.argv[2]
    tip = repository.commit_id("HEAD")
    paths = [path for path, _ in repository.tree(tip).below(folder) if path.endswith(".py")]
    started = time.perf_counter()
    if sys.argv[3] == "stream":
        found = last_changes(repository, tip, [folder])
        seconds = time.perf_counter() - started
        sys.stderr.write(f"{sum(path in found for path in paths)} of {len(paths)} files\n")
    else:
        sample, whole = int(sys.argv[3]), int(sys.argv[4])
        chosen = paths[:: len(paths) // sample][:sample]
        asked = {path: _one(repository, tip, path) for path in chosen}
        seconds = (time.perf_counter() - started) * whole / len(chosen)
        known = last_changes(repository, tip, [folder])
        if any(known[path] != when for path, when in asked.items()):
            raise SystemExit("the stream and git log of one file differ")
    sys.stdout.write(f"{seconds}\n")


def _one(repository: Repository, tip: str, path: str) -> int:
    return int(git(Place(repository.common_dir), "log", "-1", "--format=%ct", tip, "--", path).text)


if __name__ == "__main__":
    main()
