"""`FILE FIRST CALLS`: put 100 vectors at a time into the index `shared`, and say after each call how many were made."""

from __future__ import annotations

import sys
from pathlib import Path

from laneshift.matriz.memory.database import rows_in_file
from laneshift.matriz.memory.model import Given
from tests.matriz.memory.conftest import indexes_on


def main(file: str, first: str, calls: str) -> None:
    indexes = indexes_on(rows_in_file(Path(file)))
    for call in range(int(calls)):
        start = int(first) + call * 100
        given = [Given(f"v{at}", (1.0, float(at), 2.0)) for at in range(start, start + 100)]
        indexes.upsert("shared", given)
        sys.stdout.write(f"{call + 1}\n")
        sys.stdout.flush()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
