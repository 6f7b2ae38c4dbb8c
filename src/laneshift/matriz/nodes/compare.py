"""Thought: two modules side by side."""

from __future__ import annotations

from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.records import Findings, Meant
from laneshift.matriz.telling.comparing import compared


class Compare:
    """Counts the same of both."""

    name = "compare"
    kind = Kind.THOUGHT
    takes = Meant
    gives = Findings
    cost = 10.0
    timeout = 5.0

    def __init__(self, knows: Knowledge) -> None:
        self._knows = knows

    async def run(self, given: Meant, context: Context) -> Findings:
        """A table and how the two are tied."""
        context.go_on()
        return compared(self._knows.ground(), given.meaning.subject, given.meaning.other)
