"""What is known of an item before it runs, from a warm repository."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.matriz.ground import Change, Ground
from laneshift.matriz.risk.counting import CODE_FORMS, counted
from laneshift.matriz.risk.factors import Measured

_FEW = 8
"""Of a package, the modules whose tests are looked for."""


def measured(ground: Ground, src: str, dst: str, past: int = 0) -> Measured:
    """What is known of moving `src` to `dst`; without `dst`, of the module alone. `past` counts earlier failures.

    Raises `KeyError` for a source without Python files.
    """
    files = ground.files_of(src)
    if not files:
        raise KeyError(src)
    change, refused = _change(ground, src, dst)
    nodes = [ground.graph.node(path) for path in files[:_FEW]]
    return counted(
        ground.graph,
        {path: ground.facts(path) for path in files},
        ground.lanes,
        files,
        src,
        dst,
        tests=len({path for node in nodes for path, _ in ground.tests_of(node)}),
        dynamic=len(change.result.notices) if change is not None else 0,
        strings=sum(edit.form not in CODE_FORMS for edit in change.result.edits) if change is not None else 0,
        past=past,
        churn=max(ground.changes.get(path, 0) for path in files),
        refused=refused,
    )


def _change(ground: Ground, src: str, dst: str) -> tuple[Change | None, str]:
    if not dst or src == dst:
        return None, ""
    try:
        return ground.move(src, dst), ""
    except Refused as refusal:
        return None, refusal.what
