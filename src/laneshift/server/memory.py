"""How the interpreter works in a process that serves and does nothing else: what it starts with stays in memory and is
not looked through again, and its threads take turns often."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

_TURN = 0.0005
"""Seconds after which a thread that computes lets others go on. An answer changes threads a dozen times, and at each
time waits for so long where something is worked out beside it."""
_YOUNG, _MIDDLE, _OLD = 10_000, 20, 20
"""New objects before cycles are looked for, and how many times of that before older objects are looked through too."""


def settled() -> Callable[[], None]:
    """Have the collector leave alone what there is now, and come less often, and threads take turns often; what this
    gives has it as it was before.

    Each request makes some hundred objects that refer to each other for a moment. The collector's own bounds are for
    programs that are small: with all of this one's modules to look through, it took a seventh of a request.
    """
    before, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    sys.setswitchinterval(_TURN)

    def undo() -> None:
        gc.set_threshold(*before)
        gc.unfreeze()
        sys.setswitchinterval(turn)

    return undo
