"""Audits of test selection: for some items the whole suite runs too, and what it alone finds was missed.

An item's own check runs the tests that imports and names lead to. How good that is can only be measured by running
everything now and then. A miss is a test that the selection left out, that is red with the item, again on a second run,
and green on the base. It says two things: the item breaks something, and the selection did not see it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from laneshift.code.selection import Selection, select_tests, why_unselected
from laneshift.gates.sandbox import COMMAND, Limits, Sandbox, SuiteResult, covers
from laneshift.steps.review import moved_paths
from laneshift.steps.test import old_paths, red_on
from laneshift.steps.work import Outcome, Parts, Work

_BITS = 64
_LISTED = 50
_LONGEST_ID = 500


@dataclass(frozen=True, slots=True)
class Missed:
    """One test that the selection left out and should not have, and why it did."""

    test: str
    why: str


def is_audited(plan_digest: str, item: str, share: float) -> bool:
    """Whether this item of this plan is audited: `share` (0 to 1) of all are, the same ones wherever it is asked."""
    drawn = int.from_bytes(sha256(f"{plan_digest}/{item}".encode()).digest()[: _BITS // 8])
    return drawn < share * (1 << _BITS)


def audit(work: Work, parts: Parts, tested: Outcome, whole: Sandbox) -> Outcome:
    """`tested`, the outcome of the item's own check, with what the whole suite says besides; failed when that is more.

    `whole` is the sandbox whose whole suite is that of the item's tree. An item that its own check stopped is not
    audited. A whole suite that could not be run to its end is told, and judges nobody: a landing needs it again anyway.
    """
    if tested.stops:
        return tested
    limits = Limits(seconds=parts.settings.tests.suite_seconds, memory_mib=parts.settings.tests.memory_mib)
    run = whole.suite(work.tree.oid, (), limits)
    left_out = [test for test in run.failing if not _covered(test, tested.facts["selected"])]
    again = whole.suite(work.tree.oid, left_out, limits) if left_out and not _trouble(run) else run
    trouble = _trouble(run) or ("the second run did not end in time" if again.run.timed_out else "")
    if trouble:
        return _told(tested, {"state": "unfinished", "why": trouble, "passed": run.passed, "missed": []})
    still = sorted(set(left_out) & set(again.failing))
    before = old_paths(work, parts)
    excused = red_on(work.base_tree, still, before, parts)
    missed = _explained(work, parts, [test for test in still if test not in excused], before)
    facts = {
        "state": "whole",
        "why": "",
        "passed": run.passed,
        "missed": [asdict(each) for each in missed[:_LISTED]],
        "flaky": _some(set(left_out) - set(still)),
        "red_on_base": _some(excused),
    }
    told = _told(tested, facts)
    if not missed:
        return told
    summary = f"selection missed {len(missed)} test(s) that turn red: {missed[0].test}: {missed[0].why}"
    log = f"{tested.log}\n\nwhole suite:\n{run.run.output}\n\nsecond run:\n{again.run.output}\n"
    return replace(told, status="failed", summary=summary, log=log)


def _some(ids: Iterable[str]) -> list[str]:
    return [test[:_LONGEST_ID] for test in sorted(ids)[:_LISTED]]


def _told(tested: Outcome, facts: Mapping[str, Any]) -> Outcome:
    return replace(tested, observations={**tested.observations, "audit": facts})


def _trouble(run: SuiteResult) -> str:
    """Why a run of the whole suite says nothing; empty when it does."""
    if run.run.timed_out:
        return f"the whole suite was stopped after {run.run.seconds:.0f} s"
    if not run.passed:
        return "the whole suite ran no test that passed"
    return "the whole suite ended badly and names no test for it" if COMMAND in run.failing else ""


def _covered(test: str, chosen: Sequence[str]) -> bool:
    return any(covers(name, test) for name in chosen)


def _explained(work: Work, parts: Parts, missed: Sequence[str], before: Mapping[str, str]) -> list[Missed]:
    if not missed:
        return []
    known = _everything(work, parts)
    limit = parts.settings.tests.selection_limit
    files = ((test, test.partition("::")[0]) for test in missed)
    return [Missed(test[:_LONGEST_ID], why_unselected(known, before.get(file, file), limit)) for test, file in files]


def _everything(work: Work, parts: Parts) -> Selection:
    """What the selection would be without its limit."""
    base = work.base_tree
    return select_tests(parts.graph(base), parts.index.facts(base), moved_paths(work), sys.maxsize)
