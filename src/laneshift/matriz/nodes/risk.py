"""Risk: what could go wrong with a move."""

from __future__ import annotations

from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.nodes.working_out import pending
from laneshift.matriz.records import Findings, Meant
from laneshift.matriz.risk.measuring import measured
from laneshift.matriz.risk.score import score
from laneshift.matriz.telling.moving import risky


class Risk:
    """A score with named factors."""

    name = "risk"
    kind = Kind.RISK
    takes = Meant
    gives = Findings
    cost = 60.0
    timeout = 10.0

    def __init__(self, knows: Knowledge) -> None:
        self._knows = knows

    async def run(self, given: Meant, context: Context) -> Findings:
        """The score and what it is made of."""
        context.go_on()
        meaning, ground = given.meaning, self._knows.ground()
        later = pending(self._knows, ground, meaning, context)
        if later is not None:
            return later
        src = meaning.subject.path.removesuffix("/__init__.py")
        past = sum(item.needs_attention for item in self._knows.batches.items() if item.src == src)
        known = measured(ground, src, meaning.dst, past)
        return risky(meaning.subject, meaning.dst, score(known))
