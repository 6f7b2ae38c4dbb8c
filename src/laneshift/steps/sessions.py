"""Sessions of tests that answer more than one question about a tree.

Starting a session costs more than most tests of an item. The characterization test, the tests that reach the item and
the smoke suite are all asked of the same final tree, so they run in one session, and each step takes its own part.
A part is taken only where it is what a session of its own would have told; otherwise that session is run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock

from laneshift.gates.sandbox import COMMAND, Limits, RunResult, Sandbox, Served, SuiteResult, Trace, Whole, covers

_KEPT = 16
_ENDED = (0, 1)


class Sessions:
    """Runs suites in a sandbox, and keeps the last ones for those who ask for a part. Safe to use from threads."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._kept: OrderedDict[tuple[str, Limits], tuple[tuple[str, ...], SuiteResult]] = OrderedDict()
        self._lock = Lock()

    def suite(self, tree: str, selection: Sequence[str], limits: Limits, also: Sequence[str] = ()) -> SuiteResult:
        """What `selection` says on the tree. `also` is run in the same session, for those who will ask for it."""
        known = self.known(tree, selection, limits)
        if known is not None:
            return known
        asked = tuple(dict.fromkeys((*selection, *also))) if selection else ()
        session = self._sandbox.suite(tree, asked, limits)
        self._keep(tree, asked, limits, session)
        part = part_of(session, asked, selection)
        return self._sandbox.suite(tree, selection, limits) if part is None else part

    def known(self, tree: str, selection: Sequence[str], limits: Limits) -> SuiteResult | None:
        """What a session on this tree has told of `selection`, if one has."""
        with self._lock:
            kept = self._kept.get((tree, limits))
        return None if kept is None else part_of(kept[1], kept[0], selection)

    def _keep(self, tree: str, asked: tuple[str, ...], limits: Limits, session: SuiteResult) -> None:
        with self._lock:
            self._kept[tree, limits] = (asked, session)
            self._kept.move_to_end((tree, limits))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


class Knowing:
    """The sandbox of gates: as `sandbox`, but what a session told green already is not run again."""

    def __init__(self, sandbox: Sandbox, sessions: Sessions) -> None:
        self._sandbox = sandbox
        self._sessions = sessions

    def suite(self, tree: str, selection: Sequence[str], limits: Limits) -> SuiteResult:
        """As the port says. Tests that were red beside others are asked alone."""
        known = self._sessions.known(tree, selection, limits)
        return known if known is not None and known.green else self._sandbox.suite(tree, selection, limits)

    def run(self, tree: str, argv: Sequence[str], limits: Limits) -> RunResult:
        """As the port says."""
        return self._sandbox.run(tree, argv, limits)

    def serve(self, tree: str, server: Sequence[str], client: Sequence[str], limits: Limits) -> Served:
        """As the port says."""
        return self._sandbox.serve(tree, server, client, limits)

    def whole(self, tree: str, limits: Limits, took: Mapping[str, int]) -> Whole:
        """As the port says."""
        return self._sandbox.whole(tree, limits, took)

    def trace(self, tree: str, selection: Sequence[str], limits: Limits) -> Trace:
        """As the port says."""
        return self._sandbox.trace(tree, selection, limits)


def part_of(session: SuiteResult, asked: Sequence[str], selection: Sequence[str]) -> SuiteResult | None:
    """What `session`, a run of `asked`, says of `selection`; None where only a run of its own can tell.

    The same names again are the whole session, however it ended. Less than that is told by a session that ended by
    itself and collected everything, or by one that was stopped in a test of the selection.
    """
    if tuple(asked) == tuple(selection):
        return session
    if not selection or session.collection_errors or not all(_is_asked(name, asked) for name in selection):
        return None
    if COMMAND in session.outcomes:
        return session if session.green else None
    outcomes = {test: outcome for test, outcome in session.outcomes.items() if _is_asked(test, selection)}
    part = replace(
        session,
        outcomes=outcomes,
        missing=tuple(name for name in session.missing if _is_asked(name, selection)),
        deselected=tuple(name for name in session.deselected if _is_asked(name, selection)),
    )
    if session.run.timed_out:
        return part if "lost" in outcomes.values() else None
    if session.run.exit_code not in _ENDED or not all(_is_told(name, part) for name in selection):
        return None
    return replace(part, run=replace(part.run, exit_code=1 if part.failing else 0))


def _is_asked(name: str, asked: Sequence[str]) -> bool:
    """Whether `name` is one of `asked` or lies inside one. Nothing asked is everything."""
    return not asked or any(covers(each, name) for each in asked)


def _is_told(name: str, part: SuiteResult) -> bool:
    return any(_is_asked(test, (name,)) for test in (*part.outcomes, *part.missing, *part.deselected))
