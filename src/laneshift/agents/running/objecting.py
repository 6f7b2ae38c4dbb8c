"""What the checks of submissions have against a fix, which has no commit, no claim and no report to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from laneshift.agents.packs.pack import Pack
from laneshift.agents.submitting.ground import Check, Ground, Made, Step, Who
from laneshift.agents.submitting.judging import look
from laneshift.agents.submitting.table import CHECKS
from laneshift.config import Settings
from laneshift.repo.objects import Tree
from laneshift.runs.fixer import Fixer

_OF_A_COMMIT = frozenset({"shape", "self-report"})
_CHECKS: Mapping[str, Check] = {name: check for name, check in CHECKS.items() if name not in _OF_A_COMMIT}


def objections(settings: Settings, fixer: Fixer, before: Tree, after: Tree, allowed: Sequence[str]) -> list[str]:
    """Every objection as a sentence with its place, and every check that could not be made; empty for nothing."""
    return list(_told(_ground(settings, fixer, before, after, allowed)))


def _told(ground: Ground) -> Iterator[str]:
    found = look(ground, _CHECKS)
    for each in found.objections:
        place = f"{each.path}:{each.line}" if each.line else each.path
        yield f"{place}: {each.what}" if place else each.what
    for name in found.unchecked:
        yield f"it could not be looked at: {name}"


def _ground(settings: Settings, fixer: Fixer, before: Tree, after: Tree, allowed: Sequence[str]) -> Ground:
    """The change as if it had been submitted for a pack of the files that it may edit."""
    pack = Pack("fix", "", fixer.name, "", "", (), tuple(allowed), (), (), (), (), (), "", (), (), 0)
    made = Made("", after.oid, (), (), (fixer.name, fixer.email), (fixer.name, fixer.email), "")
    who = Who(fixer.name, "surgical", fixer.email, fixer.files)
    step, roots = Step(made, before, after), tuple(settings.source_roots)
    return Ground(pack, who, before, (step,), settings, frozenset(), roots)
