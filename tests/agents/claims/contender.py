"""Many processes that all want the same items: `python -m tests.agents.claims.contender` with a JSON object of words.

`folder` or `url` says where the claims are, `name` what they are called, `processes` how many fight and `items` for how
many. Each takes one item after another, until it finds none that is free, and writes what it was given to a file. The
first items are wanted by all of them at the same moment.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from laneshift.errors import Refused
from tests.agents.claims.stores import Store

FIRST = 3


def fight(store: Store, number: int, items: int) -> list[tuple[str, int]]:
    """What this process was given, as items with tokens."""
    rows, won = store.rows(), list[tuple[str, int]]()
    order = [f"i{each}" for each in range(items)]
    rest = order[FIRST:]
    random.Random(number).shuffle(rest)
    left = [*order[:FIRST], *rest]
    while left:
        try:
            claim = rows.take(f"a{number}", "p", f"k{number}", [left[0]], [], 3600)
            won.append((left[0], claim.token))
            left.pop(0)
        except Refused:
            taken = {item for claim in rows.all() for item in claim.items}
            left = [item for item in left if item not in taken]
    return won


def main() -> None:
    """Start them, let them go at once, and wait until the last has ended."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    folder = Path(asked["folder"])
    kind = "database" if asked["url"] else "file"
    # Once, and not in each of them: what talks to a database takes longer to load than a fight.
    before = Store(kind, folder, asked["url"], name="before")
    before.rows().all()
    before.close()
    go, started = os.pipe()
    children = []
    for number in range(asked["processes"]):
        child = os.fork()
        if child == 0:
            os.close(started)
            os.read(go, 1)  # until the other end is closed
            gc.freeze()
            store = Store(kind, folder, asked["url"], name=asked["name"])
            found = fight(store, number, asked["items"])
            (folder / f"won-{number}.json").write_text(json.dumps(found))
            os._exit(0)
        children.append(child)
    os.close(started)
    codes = [os.waitpid(child, 0)[1] for child in children]
    sys.exit(1 if any(codes) else 0)


if __name__ == "__main__":
    main()
