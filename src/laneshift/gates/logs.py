"""Gate `logs`: of the exception handlers in changed production code, more than the configured share log or re-raise.

A handler counts when the change brings it into production: it was not in the same file before, or that file was not
production code. So a file that moves inside production answers only for what is new in it, and a file that is promoted
answers for everything. A change that does not tell what it moved, such as one that was submitted, is given each handler
of the production files that it deletes once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from laneshift.code.intents import is_script_or_test
from laneshift.gates.context import Change, Ports
from laneshift.gates.faults import logs as faults
from laneshift.gates.handlers import Handler, handlers
from laneshift.gates.verdict import Exempt, Status, Verdict, errored, exempt
from laneshift.repo.objects import Tree

_EXPERIMENTAL = "experimental"


class Logs:
    """Tests and lanes of level experimental are not production code; what is outside all lanes is."""

    id = "logs"
    description = "exception handlers in changed production code log or re-raise"
    cost = 0.1
    runs_code = False
    runs = 0
    plant = staticmethod(faults.plant)

    def applies(self, change: Change) -> Exempt | None:
        """It applies where production code changed."""
        return None if _production(change) else Exempt.NOTHING_OF_ITS_KIND

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """The changed files before and after, where they were production, and the share."""
        before, after = change.before, change.after
        files = [
            [new, _oid(after, new), old if _is_production(old, change) else "", _oid(before, old)]
            for new, old in _production(change).items()
        ]
        gone = [[path, _oid(before, path)] for path in _gone(change)]
        return {"files": files, "share": str(change.settings.gates.logs.share), **({"gone": gone} if gone else {})}

    def check(self, change: Change, ports: Ports) -> Verdict:  # noqa: ARG002 - every gate has the same signature
        """Failed names each silent handler; errored for a file that this Python cannot read."""
        found: list[tuple[str, Handler]] = []
        gone = Counter(text for path in _gone(change) for text in _before(change, path))
        for new, old in _production(change).items():
            try:
                now = handlers(change.after.read(new), new)
                was = Counter(_before(change, old))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                return errored(self.id, f"{new} cannot be read: {error}")
            for handler in now:
                known = was if was[handler.text] else gone
                if known[handler.text]:
                    known[handler.text] -= 1
                else:
                    found.append((new, handler))
        if not found:
            return exempt(self.id, Exempt.NOTHING_OF_ITS_KIND)
        return judge(self.id, found, Fraction(change.settings.gates.logs.share))


def judge(gate: str, found: list[tuple[str, Handler]], share: Fraction) -> Verdict:
    """Whether more than `share` (0 to 1) of the handlers tell what happened. All of them is always enough."""
    good = sum(handler.tells for _, handler in found)
    silent = tuple(f"{path}:{handler.line} neither logs nor raises" for path, handler in found if not handler.tells)
    told = f"{good} of {len(found)} exception handlers in changed production code log or raise"
    if not silent or good > share * len(found):
        return Verdict(gate, Status.PASSED, good, len(found), told, silent)
    more = f"{told}; more than {float(share):.0%} have to: {silent[0]}"
    return Verdict(gate, Status.FAILED, good, len(found), more, silent)


def _production(change: Change) -> dict[str, str]:
    """Changed Python files of production code, with the path before."""
    return {
        new: old
        for new, old in change.changed().items()
        if new.endswith(".py") and _is_file(change.after, new) and _is_production(new, change)
    }


def _gone(change: Change) -> list[str]:
    """Python files of production code that the change deletes, and does not say where they went."""
    moved = frozenset(change.paths.values())
    left = (path for path in change.touched if path not in change.after and path not in moved)
    return [path for path in left if path.endswith(".py") and _is_production(path, change)]


def _is_production(path: str, change: Change) -> bool:
    if is_script_or_test(path):
        return False
    lane = change.lanes.lane_of(path)
    return lane is None or lane.level != _EXPERIMENTAL


def _before(change: Change, old: str) -> list[str]:
    """The handlers that were production code already. A file that could not be read before had none that counted."""
    if not _is_production(old, change) or not _is_file(change.before, old):
        return []
    try:
        return [handler.text for handler in handlers(change.before.read(old), old)]
    except (SyntaxError, ValueError, RecursionError):
        return []


def _is_file(tree: Tree, path: str) -> bool:
    entry = tree.entry(path)
    return entry is not None and entry.is_regular


def _oid(tree: Tree, path: str) -> str:
    entry = tree.entry(path)
    return "" if entry is None else str(entry.oid)
