"""The check of one change inside a process that has the index open and the base surveyed: `FOLDER FILES indexed|new`.

Prints the seconds from the id of the new tree to the list of what it adds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from laneshift.code.index import Index
from laneshift.lanes.atlas import survey_next
from laneshift.lanes.change import added
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.kept import atlas_of
from laneshift.repo.objects import File, Repository
from laneshift.runs.lane_check import lanes_of, settings_of


def main() -> None:
    """Append an import to files that are spread over the tree, and check the tree that comes of it."""
    repository = Repository.open(Path(sys.argv[1]))
    wanted, how = int(sys.argv[2]), sys.argv[3]
    tree = repository.tree("HEAD")
    with Index.open(repository) as index:
        before = standing(Ground(atlas_of(tree, index), lanes_of(settings_of(tree), tree)))
        atlas = before.ground.atlas
        # A kept atlas names its modules when first asked; one made in this process has named them.
        paths = [path for path in atlas.modules.by_path if path in atlas.out and path not in atlas.scanned]
        chosen = paths[:: len(paths) // wanted][:wanted]
        line = b"\nimport json\n" + f"# {time.time_ns() if how == 'new' else 0}\n".encode()
        after = tree.edit({path: File(tree.read(path) + line) for path in chosen})
        if how == "indexed":
            index.refresh(after)
        started = time.perf_counter()
        found = added(before, survey_next(atlas, repository.tree(after.oid), index))
        seconds = time.perf_counter() - started
    sys.stderr.write(f"{len(found)} added by {len(chosen)} files\n")
    sys.stdout.write(f"{seconds}\n")


if __name__ == "__main__":
    main()
