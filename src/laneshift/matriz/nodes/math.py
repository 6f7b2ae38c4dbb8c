"""Thought: arithmetic."""

from __future__ import annotations

from laneshift.matriz.arithmetic import NotArithmeticError, shown, worked_out
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.records import Findings, Meant, Statement


class Math:
    """Works out an expression exactly, or says why not."""

    name = "math"
    kind = Kind.THOUGHT
    takes = Meant
    gives = Findings
    cost = 1.0
    timeout = 1.0

    def __init__(self, knows: object) -> None:
        """Numbers need to know nothing."""

    async def run(self, given: Meant, context: Context) -> Findings:
        """One line."""
        context.go_on()
        expression = given.meaning.text
        try:
            value = shown(worked_out(expression))
        except NotArithmeticError as error:
            told = Statement(text=f"I do not know what that makes: {error}.")
            return Findings(confidence=1.0, reasons=(str(error),), statements=(told,), knows=False)
        plain = " ".join(expression.split())
        return Findings(confidence=1.0, reasons=("exact",), statements=(Statement(text=f"{plain} = **{value}**"),))
