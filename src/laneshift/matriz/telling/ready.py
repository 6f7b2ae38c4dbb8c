"""Whether a module may enter a lane, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.lanes.model import Lane
from laneshift.matriz.ground import Ground
from laneshift.matriz.records import Findings, Name, Rest, Statement
from laneshift.matriz.telling.lines import code, count

_MARKS = {"passed": "passed", "failed": "**failed**", "errored": "**not known**", "not_applicable": "not asked"}
_MANIFEST = "module.manifest.json"
_IN_CIRCLE = 4


def ready(ground: Ground, name: Name, lane: Lane) -> Findings:
    """Every criterion of the lane, with what stands in the way first."""
    criteria = ground.criteria(name.path, lane)
    blocking = [each for each in criteria if each.blocks]
    is_there = ground.lanes.lane_of(name.path)
    verdict = "is ready" if not blocking else "is **not** ready"
    why = "" if not blocking else f": {', '.join(each.name for each in blocking)}"
    aside = " It is in that lane already." if is_there is not None and is_there.name == lane.name else ""
    head = Statement(
        text=f"{code(name.name)} {verdict} for lane {code(lane.name)}{why}.{aside}",
        rests=(Rest(kind="module", path=name.path, text=name.name),),
    )
    ordered = sorted(criteria, key=lambda each: not each.blocks)
    told = [Statement(text=f"- {each.name}: {_MARKS[each.status]}; {each.reason}") for each in ordered]
    sure = all(each.status != "errored" for each in criteria)
    return Findings(
        confidence=1.0 if sure else 0.7,
        reasons=tuple(f"{each.name} {each.status}" for each in criteria),
        statements=(head, *told, *_more(ground, name)),
    )


def _more(ground: Ground, name: Name) -> Iterator[Statement]:
    """What no criterion asks for and a reviewer does: its manifest, circles, and imports that lead nowhere."""
    folder = name.path.rpartition("/")[0]
    manifest = f"{folder}/{_MANIFEST}".lstrip("/")
    if manifest in ground.tree:
        rest = Rest(kind="file", path=manifest, text="its manifest")
        yield Statement(text=f"- manifest: {code(manifest)}", rests=(rest,))
    else:
        yield Statement(text=f"- manifest: {code(name.path)} has no manifest beside it that says what it is")
    circle = ground.circle_of(name.name)
    if circle:
        shown = ", ".join(map(code, circle[:_IN_CIRCLE]))
        more = f" and {len(circle) - _IN_CIRCLE} more" if len(circle) > _IN_CIRCLE else ""
        yield Statement(text=f"- cycles: it is in a circle of {count(len(circle), 'module')}: {shown}{more}")
    loose = sorted(ground.graph.resolved[name.path].unresolved) if name.path in ground.graph.resolved else []
    if loose:
        yield Statement(text=f"- unresolved: {count(len(loose), 'import leads', 'imports lead')} nowhere today")
