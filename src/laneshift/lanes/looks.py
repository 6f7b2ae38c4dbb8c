"""What a look at one tree found under one set of lanes, kept for the next one who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from laneshift.lanes import answers
from laneshift.lanes.coverage import Coverage
from laneshift.lanes.crossings import Crossing, Hop
from laneshift.lanes.model import Lane, Lanes
from laneshift.lanes.shims import Shim
from laneshift.repo.objects import Tree

_KIND = "look"


@dataclass(frozen=True, slots=True)
class Look:
    """Every violation of a tree, sorted; its shims; and how much of it was looked at.

    `reaching` is that of `Standing`, where chains were searched for just now; it is not what was found, and not kept.
    """

    found: tuple[Crossing, ...]
    shims: tuple[Shim, ...]
    coverage: Coverage
    reaching: Mapping[tuple[str, str], frozenset[str]] | None = field(default=None, compare=False)


def look_at(tree: Tree, lanes: Lanes, roots: Iterable[str], look: Callable[[], Look]) -> Look:
    """What `look` finds in this tree, or found when it was asked before under the same lanes."""
    known = kept_look(tree, lanes, roots)
    if known is not None:
        return known
    found = look()
    answers.keep(tree, _KIND, _question(lanes, roots), _plain(found))
    return found


def kept_look(tree: Tree, lanes: Lanes, roots: Iterable[str]) -> Look | None:
    """What was found when this was asked before; None when it was not."""
    known = answers.load(tree, _KIND, _question(lanes, roots))
    return None if known is None else _look(known)


def _question(lanes: Lanes, roots: Iterable[str]) -> str:
    return repr((tuple(map(_said, lanes.lanes)), tuple(roots)))


def _said(lane: Lane) -> tuple[object, ...]:
    """What decides about imports, in an order that is the same in every process."""
    return lane.name, lane.paths, None if lane.may_import is None else sorted(lane.may_import), lane.aliases


def _plain(look: Look) -> dict[str, Any]:
    return {
        "found": [[each.from_lane, each.to_lane, [list(_hop(hop)) for hop in each.chain]] for each in look.found],
        "shims": [
            [each.path, each.lane, each.to_lanes, each.expiry and each.expiry.isoformat()] for each in look.shims
        ],
        "coverage": asdict(look.coverage),
    }


def _hop(hop: Hop) -> tuple[object, ...]:
    return hop.importer, hop.imported, hop.line, hop.kind


def _look(table: dict[str, Any]) -> Look:
    found = tuple(Crossing(a, b, tuple(Hop(*hop) for hop in chain)) for a, b, chain in table["found"])
    shims = tuple(
        Shim(path, lane, tuple(to_lanes), dt.date.fromisoformat(expiry) if expiry else None)
        for path, lane, to_lanes, expiry in table["shims"]
    )
    seen = table["coverage"]
    blind, bent = ({path: tuple(lines) for path, lines in seen.pop(name).items()} for name in ("blind", "bent"))
    return Look(found, shims, Coverage(**seen, blind=blind, bent=bent))
