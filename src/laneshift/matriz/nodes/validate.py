"""Attention: whether everything that was found names only what there is."""

from __future__ import annotations

from laneshift.matriz.checking import Checker
from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.node import Context, Kind
from laneshift.matriz.records import Checked, Found, Statement


class Validate:
    """Cuts each line that names a path, a line, a module or a name that is not there, and each such source.

    Whoever found it is not asked again: what is there is looked up in the tree and in the records.
    """

    name = "validate"
    kind = Kind.ATTENTION
    takes = Found
    gives = Checked
    cost = 8.0
    timeout = 2.0

    def __init__(self, knows: Knowledge) -> None:
        self._knows = knows

    async def run(self, given: Found, context: Context) -> Checked:
        """What is left, and how many lines were cut."""
        context.go_on()
        meaning = given.meaning
        found = [line for findings in given.findings for line in findings.statements]
        if meaning.problem:
            found = [Statement(text=meaning.problem)]
        checker = Checker(self._knows, meaning)
        kept = [line for line in found if not checker.invented(line.text)]
        cut = len(found) - len(kept)
        told = tuple(
            line.model_copy(update={"rests": tuple(rest for rest in line.rests if checker.exists(rest))})
            for line in kept
        )
        knows = bool(told) and not meaning.problem and all(each.knows for each in given.findings)
        surest = min((each.confidence for each in given.findings), default=0.0)
        reasons = (f"{cut} line(s) named what is not there",) if cut else ("every name in it is there",)
        return Checked(confidence=surest if knows else 0.0, reasons=reasons, statements=told, knows=knows, cut=cut)
