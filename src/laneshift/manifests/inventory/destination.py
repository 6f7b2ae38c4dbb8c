"""Which lane a module would go to. Pure: the next level's lanes stand for election, and its neighbours vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from laneshift.errors import Refused
from laneshift.lanes.model import Lane, Lanes
from laneshift.manifests.inventory.records import ModuleFacts, Survey

_LEVELS = ("experimental", "integration", "production")


class Choice(NamedTuple):
    """A lane, and why it."""

    lane: Lane
    reason: str


def lanes_above(lanes: Lanes, lane: Lane, survey: Survey, wanted: str = "") -> tuple[Lane, ...]:
    """The lanes that a module of `lane` may go to: the wanted one, else those of the next level that have code.

    A lane of tests or documentation takes nothing in; one that has no file yet does. Raises `Refused`
    (`lanes.unknown`, `inventory.not-above`, `inventory.nothing-above`).
    """
    above = _LEVELS[_LEVELS.index(lane.level) + 1 :]
    if wanted:
        found = lanes.get(wanted)
        if found is None:
            raise Refused("lanes.unknown", f"no lane is called {wanted!r}", cure=f"known: {', '.join(lanes.names)}")
        if found.level not in above:
            what = f"lane {found.name} is of level {found.level}, not above {lane.name}"
            raise Refused("inventory.not-above", what, cure="name a lane of a higher level")
        return (found,)
    for level in above:
        there = tuple(each for each in lanes.lanes if each.level == level and _takes_code(each, survey))
        if there:
            return there
    raise Refused(
        "inventory.nothing-above",
        f"no lane is above {lane.name}, which is of level {lane.level}",
        where="lanes",
        cure='give a lane `level = "integration"` or `level = "production"`',
    )


def _takes_code(lane: Lane, survey: Survey) -> bool:
    return survey.code.get(lane.name, 0) > 0 or not survey.files.get(lane.name, 0)


def election(facts: ModuleFacts, source: Lane, above: Sequence[Lane], survey: Survey) -> tuple[Choice, ...]:
    """The lanes above, the best first: with most of its importers and imports, then with most code."""
    if len(above) == 1:
        return (Choice(above[0], f"{above[0].name} is the lane above {source.name}"),)
    importers = Counter(lane for lane, _ in facts.importers)
    imports = Counter(lane for lane, _ in facts.imports)
    order = {lane.name: at for at, lane in enumerate(above)}
    ranked = sorted(
        above,
        key=lambda lane: (
            -(2 * importers[lane.name] + imports[lane.name]),
            -survey.code.get(lane.name, 0),
            order[lane.name],
        ),
    )
    return tuple(Choice(lane, _why(lane.name, importers, imports, len(above))) for lane in ranked)


def _why(name: str, importers: Counter[str], imports: Counter[str], several: int) -> str:
    if importers[name] or imports[name]:
        return f"of {several} lanes above, {name} has {importers[name]} of its importers and {imports[name]} imports"
    return f"none of {several} lanes above is tied to it by imports; {name} comes next by the code it has"
