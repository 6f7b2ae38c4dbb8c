"""Memory: what the names of a question mean in this repository, and what is near to a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from laneshift.matriz.knowledge import ItemTold, Knowledge
from laneshift.matriz.names import Meant as MeantName
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.records import Given, Hit, Meaning, Name, Wanted
from laneshift.matriz.telling.destination import destination
from laneshift.matriz.telling.lines import code
from laneshift.matriz.telling.places import NEAR_ENOUGH

_HITS = 5
_LEARNING = "I am still learning what the modules of this repository say of themselves. Ask again in a moment."


class Retrieve:
    """Finds out what is meant, or says what is not there and what is nearest."""

    name = "retrieve"
    kind = Kind.MEMORY
    takes = Given
    gives = Meaning
    cost = 10.0
    timeout = 5.0

    def __init__(self, knows: Knowledge) -> None:
        self._knows = knows
        module = self._module
        self._by_topic: dict[Topic, Callable[[Wanted], Meaning]] = {
            Topic.IMPORTERS: module,
            Topic.IMPORTS: module,
            Topic.TESTS: module,
            Topic.LANE: module,
            Topic.READY: self._ready,
            Topic.MOVE: self._move,
            Topic.RISK: self._move,
            Topic.COMPARE: self._two,
            Topic.DEFINED: self._symbol,
            Topic.COUNT: self._counted,
            Topic.STATUS: self._batch,
            Topic.FAILURE: self._item,
            Topic.TOUCHING: self._file,
            Topic.SEARCH: self._near,
        }

    async def run(self, given: Given, context: Context) -> Meaning:
        """The meaning, with a problem where a name means nothing, or several things."""
        wanted = given.wanted
        mean = self._by_topic.get(wanted.topic)
        context.go_on()
        if mean is None:
            return Meaning(confidence=1.0, topic=wanted.topic, text=wanted.subject)
        return mean(wanted)

    def _module(self, wanted: Wanted) -> Meaning:
        name = self._name(wanted.subject)
        return _meaning(wanted, subject=name, problem=_trouble(name))

    def _ready(self, wanted: Wanted) -> Meaning:
        ground = self._knows.ground()
        subject, other = wanted.subject, wanted.other
        # "and for serve?" after a question about a module: the lane is new, the module is not.
        if ground.lanes.known(subject) and wanted.before and ground.names.meant(subject).kind != "module":
            subject, other = wanted.before, subject
        name = self._name(subject)
        problem = _trouble(name) or (
            "" if name.kind == "module" else f"{code(subject)} is no module of this repository."
        )
        if problem or (other and not ground.lanes.known(other)):
            lanes = ", ".join(code(lane.name) for lane in ground.lanes.lanes[:20])
            return _meaning(
                wanted, subject=name, problem=problem or f"No lane is called {code(other)}; the lanes are {lanes}."
            )
        above = self._above(name)
        if not other and len(above) != 1:
            return _meaning(wanted, subject=name, problem=f"For which lane? {code(name.name)} may go to {_or(above)}.")
        lane = ground.lanes.get(other or above[0])
        return _meaning(wanted, subject=name, lane=lane.name if lane is not None else "")

    def _above(self, name: Name) -> list[str]:
        lanes = self._knows.ground().lanes
        own = lanes.lane_of(name.path)
        return [
            lane.name
            for lane in lanes.lanes
            if own is not None and lane.name != own.name and lane.level != "experimental"
        ]

    def _move(self, wanted: Wanted) -> Meaning:
        ground = self._knows.ground()
        name = self._name(wanted.subject)
        problem = _trouble(name)
        if not problem and not name.path.endswith(".py") and name.kind != "folder":
            problem = f"{code(wanted.subject)} is no module of this repository."
        dst = "" if problem or not wanted.other else destination(ground, name, wanted.other)
        if not problem and not dst and (wanted.other or wanted.topic is Topic.MOVE):
            problem = (
                f"Where to? Ask, for example, what moving {code(name.name)} to a path, a package or a lane would touch."
            )
        return _meaning(wanted, subject=name, dst=dst, problem=problem)

    def _two(self, wanted: Wanted) -> Meaning:
        names = (self._name(wanted.subject), self._name(wanted.other))
        problem = " ".join(filter(None, (_trouble(name) for name in names)))
        outside = [name.name for name in names if name.kind in ("outside", "file")]
        if not problem and outside:
            problem = f"{code(outside[0])} is no module of this repository."
        return _meaning(wanted, subject=names[0], other=names[1], problem=problem)

    def _symbol(self, wanted: Wanted) -> Meaning:
        if wanted.subject in self._knows.ground().symbols:
            # To look for the nearest names of modules takes longer than all else, and nobody asked for them.
            return _meaning(wanted)
        return _meaning(wanted, subject=self._name(wanted.subject))

    def _counted(self, wanted: Wanted) -> Meaning:
        ground = self._knows.ground()
        name = Name() if not wanted.subject else self._name(wanted.subject)
        if not wanted.subject or ground.lanes.known(wanted.subject):
            return _meaning(wanted, subject=name, lane=wanted.subject)
        problem = _trouble(name)
        if problem or name.kind == "outside":
            lanes = ", ".join(code(lane.name) for lane in ground.lanes.lanes[:20])
            problem = f"Nothing here is called {code(wanted.subject)}; the lanes are {lanes}."
        return _meaning(wanted, subject=name, lane=wanted.subject, problem=problem)

    def _batch(self, wanted: Wanted) -> Meaning:
        known = {name for each in self._knows.batches.batches() for name in (each.batch, each.plan)}
        problem = ""
        if wanted.subject and wanted.subject not in known:
            shown = _or(sorted(each.batch for each in self._knows.batches.batches())[:10])
            problem = f"No batch is called {code(wanted.subject)}; there is {shown}."
        return _meaning(wanted, batch=wanted.subject, problem=problem)

    def _item(self, wanted: Wanted) -> Meaning:
        items = self._knows.batches.items(wanted.other)
        if not items:
            what = f"No batch is called {code(wanted.other)}." if wanted.other else "Nothing was planned here yet."
            return _meaning(wanted, batch=wanted.other, problem=what)
        found = matching(items, wanted.subject)
        batches = sorted({item.batch for item in found})
        problem = ""
        if not found:
            failed = _or([item.id for item in items if item.needs_attention][:5])
            problem = f"No item is called {code(wanted.subject)}; those that want attention are {failed}."
        elif len(found) > 1 and len(batches) > 1:
            problem = f"Of which batch? {_or(batches)} have an item {code(wanted.subject)}."
        text = "\n".join(item.id for item in found)
        return _meaning(wanted, batch=found[0].plan if found else wanted.other, text=text, problem=problem)

    def _file(self, wanted: Wanted) -> Meaning:
        name = self._name(wanted.subject)
        problem = _trouble(name)
        if not problem and not name.path:
            problem = f"{code(wanted.subject)} is no file of this repository."
        return _meaning(wanted, subject=name, batch=wanted.other, problem=problem)

    def _near(self, wanted: Wanted) -> Meaning:
        memory = self._knows.memory
        if memory is None:
            return _meaning(wanted, text=wanted.subject, problem="I have no memory to search: none is kept here.")
        found = memory.near(wanted.subject, _HITS)
        problem = _LEARNING if memory.is_learning() and not any(one.near >= NEAR_ENOUGH for one in found) else ""
        hits = tuple(Hit(path=one.path, text=one.text, near=one.near) for one in found)
        return _meaning(wanted, text=wanted.subject, hits=hits, problem=problem)

    def _name(self, written: str) -> Name:
        found: MeantName = self._knows.ground().names.meant(written)
        return Name(written=written, kind=found.kind, name=found.name, path=found.path, choices=found.choices)


def matching(items: Sequence[ItemTold], wanted: str) -> list[ItemTold]:
    """The items that a number, an id, a module or a path names. Those that want attention go before the others."""
    plain = wanted.lstrip("#")
    if plain.isdecimal():
        return [item for item in items if item.number == int(plain)]
    exact = [item for item in items if wanted in (item.id, item.module, item.src, item.dst)]
    found = exact or [item for item in items if item.id.endswith((f".{wanted}", f"/{wanted}"))]
    return sorted(found, key=lambda item: not item.needs_attention)


def _meaning(
    wanted: Wanted,
    *,
    subject: Name | None = None,
    other: Name | None = None,
    lane: str = "",
    dst: str = "",
    batch: str = "",
    text: str = "",
    hits: tuple[Hit, ...] = (),
    problem: str = "",
) -> Meaning:
    return Meaning(
        confidence=0.0 if problem else 1.0,
        reasons=(problem,) if problem else (),
        topic=wanted.topic,
        subject=subject or Name(written=wanted.subject),
        other=other or Name(written=wanted.other),
        lane=lane,
        dst=dst,
        batch=batch,
        text=text or wanted.subject,
        hits=hits,
        problem=problem,
    )


def _trouble(name: Name) -> str:
    """Why a name means nothing, or several things; empty when it means one."""
    if name.kind == "several":
        return f"{code(name.written)} may be {_or(name.choices)}. Which one?"
    if name.kind == "missing":
        near = f" The nearest names are {_or(name.choices)}." if name.choices else ""
        return f"I know no {code(name.written)} in this repository.{near}"
    return ""


def _or(names: tuple[str, ...] | list[str]) -> str:
    shown = [code(name) for name in names]
    return ", ".join(shown[:-1]) + f" or {shown[-1]}" if len(shown) > 1 else "".join(shown) or "none"
