"""Action: what a move would do, and what batches have done."""

from __future__ import annotations

from collections.abc import Callable

from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.nodes.working_out import pending
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.records import Findings, Meaning, Meant
from laneshift.matriz.telling import batches, moving

TOPICS = frozenset({Topic.MOVE, Topic.STATUS, Topic.FAILURE, Topic.TOUCHING})


class Plan:
    """Asks the real move engine, the plans and the journal."""

    name = "plan"
    kind = Kind.ACTION
    takes = Meant
    gives = Findings
    cost = 80.0
    timeout = 10.0

    def __init__(self, knows: Knowledge) -> None:
        self._knows = knows
        self._by_topic: dict[Topic, Callable[[Meaning], Findings]] = {
            Topic.STATUS: lambda m: batches.status(knows.batches, m.batch),
            Topic.FAILURE: self._failure,
            Topic.TOUCHING: lambda m: batches.touching(knows.batches, m.subject.path, m.batch),
        }

    async def run(self, given: Meant, context: Context) -> Findings:
        """The lines."""
        context.go_on()
        meaning = given.meaning
        if meaning.topic is Topic.MOVE:
            ground = self._knows.ground()
            later = pending(self._knows, ground, meaning, context)
            return later or moving.touched(ground, meaning.subject, meaning.dst)
        return self._by_topic[meaning.topic](meaning)

    def _failure(self, meaning: Meaning) -> Findings:
        wanted = set(meaning.text.splitlines())
        items = [item for item in self._knows.batches.items(meaning.batch) if item.id in wanted]
        return batches.failed(self._knows.batches, items)
