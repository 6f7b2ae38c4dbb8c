"""`python -m tests.runs.dreaming.sweep`: fifty scenes, each dreamt and then really run and landed. `make dreams`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.runs.dreaming.honesty import Compared, compare
from tests.runs.dreaming.scenes import KINDS, scene

SCENES = 50
_COUNTED = ("items", "landed", "files", "edits", "stopped", "conflicts", "violations", "together")


def main() -> int:
    """Print one line a scene, then the sums; 1 where a dream was not what came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=SCENES)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    sums: Counter[str] = Counter()
    wrong = 0
    for number in range(asked.first, asked.first + asked.scenes):
        with tempfile.TemporaryDirectory(prefix="laneshift-dreams-") as folder:
            found = one(Path(folder) / "repo", number)
        told = {name: getattr(found, name) for name in _COUNTED}
        sums.update(told)
        sums["unforeseen"] += len(found.unforeseen)
        wrong += bool(found.differences)
        print(number, KINDS[number % len(KINDS)], told, "unforeseen:", found.unforeseen, flush=True)
        for difference in found.differences:
            print("  WRONG", difference, flush=True)
    print(f"{asked.scenes} scenes, {wrong} wrong: {dict(sums)}")
    return 1 if wrong or not sums["landed"] else 0


def one(path: Path, number: int) -> Compared:
    """The comparison for the scene of this number."""
    name, batch = scene(path, number)
    return compare(path, name, batch)


if __name__ == "__main__":
    sys.exit(main())
