"""Moves that are asked about are worked out behind the answer: what its time does not suffice for is there later."""

from __future__ import annotations

from laneshift.matriz.ground import Ground
from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.node import Context
from laneshift.matriz.records import Findings, Meaning, Rest, Statement
from laneshift.matriz.telling.lines import code, count

_SPARE = 0.04
"""Seconds that are left to tell what was found, or that it was not."""
_SLICE = 0.05


def pending(knows: Knowledge, ground: Ground, meaning: Meaning, context: Context) -> Findings | None:
    """None once it is known what the move comes to; else that it is being worked out, and what is known before.

    Waits nearly as long as the call may take. Raises `CheckFailed` (`matriz.cut`) when nobody waits any more.
    """
    src, dst = meaning.subject.path.removesuffix("/__init__.py"), meaning.dst
    if not dst or src == dst or ground.has_moved(src, dst):
        return None
    name = ("move", ground.tree.oid, src, dst)
    taken = knows.errands.begin(name, lambda: ground.work_out(src, dst))
    while not (ended := knows.errands.wait(name, min(_SLICE, context.left - _SPARE))) and context.left > _SPARE:
        context.go_on()
    # One that ended and found nothing has failed: whoever asks the engine now is told why.
    return None if ground.has_moved(src, dst) or (ended and taken) else _told(ground, meaning)


def _told(ground: Ground, meaning: Meaning) -> Findings:
    subject = meaning.subject
    importers = len({edge.importer for edge in ground.importers(subject.name)})
    text = (
        f"I do not know yet: I am still working out what moving {code(subject.name)} to {code(meaning.dst)} would do. "
        "Ask again in a moment."
    )
    known = count(importers, "module imports", "modules import")
    so_far = f"So far I know that {known} it; strings and dynamic uses come on top."
    rests = (Rest(kind="module", path=subject.path, text=subject.name),)
    statements = (Statement(text=text, rests=rests), *([Statement(text=so_far)] if subject.name else []))
    reasons = ("it takes longer than an answer may",)
    return Findings(confidence=1.0, reasons=reasons, statements=statements, knows=False, pending=True)
