"""Attention: what the tree says."""

from __future__ import annotations

from collections.abc import Callable

from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.records import Findings, Meaning, Meant
from laneshift.matriz.telling import imports, places
from laneshift.matriz.telling.lines import unknown
from laneshift.matriz.telling.ready import ready

TOPICS = frozenset(
    {
        Topic.IMPORTERS,
        Topic.IMPORTS,
        Topic.TESTS,
        Topic.LANE,
        Topic.DEFINED,
        Topic.COUNT,
        Topic.READY,
        Topic.SEARCH,
    }
)


class Facts:
    """Answers from the index, the import graph and the lanes."""

    name = "facts"
    kind = Kind.ATTENTION
    takes = Meant
    gives = Findings
    cost = 15.0
    timeout = 10.0

    def __init__(self, knows: Knowledge) -> None:
        self._knows = knows
        self._by_topic: dict[Topic, Callable[[Meaning], Findings]] = {
            Topic.IMPORTERS: lambda m: imports.importers(knows.ground(), m.subject),
            Topic.IMPORTS: lambda m: imports.imports(knows.ground(), m.subject),
            Topic.TESTS: lambda m: imports.tests(knows.ground(), m.subject),
            Topic.LANE: lambda m: places.lane(knows.ground(), m.subject),
            Topic.DEFINED: lambda m: places.defined(knows.ground(), m.subject.written, m.subject),
            Topic.COUNT: lambda m: places.counted(knows.ground(), m.lane, m.subject),
            Topic.READY: self._ready,
            Topic.SEARCH: lambda m: places.searched(m.text, m.hits),
        }

    async def run(self, given: Meant, context: Context) -> Findings:
        """The lines."""
        context.go_on()
        return self._by_topic[given.meaning.topic](given.meaning)

    def _ready(self, meaning: Meaning) -> Findings:
        ground = self._knows.ground()
        lane = ground.lanes.get(meaning.lane)
        return unknown("There is no such lane.") if lane is None else ready(ground, meaning.subject, lane)
