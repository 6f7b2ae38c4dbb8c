"""Mode `lazy-call`: the import stands in the functions that use the name, where they use it."""

from __future__ import annotations

from laneshift.code.codemods.isolate.bindings import Bound


def in_function(bound: Bound) -> tuple[str, ...]:
    """What stands in a function before it uses the name."""
    return bound.texts
