"""How often the interpreter looks for objects that only refer to each other while steps run.

Its own bounds are for programs that are small: it looked through all modules of this one again and again, for a
fiftieth of what an item costs. What a step makes that refers to itself is found all the same, some thousand later.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_BOUNDS = (10_000, 20, 20)
"""New objects before cycles are looked for, and how many times of that before older objects are looked through too."""

_turn = threading.Lock()
_before: list[tuple[int, int, int]] = []
"""The bounds as they were, once for each block that is open; none where somebody else has set such bounds."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within the block, what there was before it is not looked through, and the rest less often.

    Several threads may have such a block open: the last one that leaves sets it all back. A process that has such
    bounds already keeps them.
    """
    with _turn:
        found = gc.get_threshold()
        ours = bool(_before) or 0 < found[0] < _BOUNDS[0]
        if ours:
            _before.append(_before[0] if _before else found)
            gc.freeze()
            gc.set_threshold(*_BOUNDS)
    try:
        yield
    finally:
        if ours:
            with _turn:
                found = _before.pop()
                if not _before:
                    gc.set_threshold(*found)
                    gc.unfreeze()
