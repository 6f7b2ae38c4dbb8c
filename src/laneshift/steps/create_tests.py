"""Step 3, create_tests: the characterization test is red before the move and green after, and both runs are kept."""

from __future__ import annotations

from dataclasses import replace

from laneshift.code.intents import Applied
from laneshift.config import with_pytest
from laneshift.gates.sandbox import SuiteResult
from laneshift.steps.test import selection, smoke
from laneshift.steps.work import Outcome, Parts, Work


def create_tests(work: Work, parts: Parts) -> Outcome:
    """A test that passes before the move proves nothing and is refused."""
    if work.verify_only:
        return Outcome("not_applicable", "nothing moves, so no test could tell before from after", work.tree)
    applied = parts.applied(work)
    if not applied.tests:
        return Outcome("not_applicable", "this codemod brings no test of its own", work.tree)
    tree = applied.with_tests(work.base_tree)
    red = parts.pytest.suite(tree.oid, list(applied.tests), parts.limits)
    green = _after(work, parts, applied)
    facts = {"test": applied.test_path}
    seen = {"red_before": list(red.failing), "passed_after": green.passed, "red_after": list(green.failing)}
    log = f"before the move:\n{red.run.output}\n\nafter the move:\n{green.run.output}\n"
    status, summary = judge(red, green)
    return Outcome(status, summary, tree, facts, seen, log)


def _after(work: Work, parts: Parts, applied: Applied) -> SuiteResult:
    """The test after the move. Where the project runs pytest, what later steps will ask runs in the same session."""
    own = tuple(applied.tests)
    if with_pytest(parts.settings) is not parts.settings:
        return parts.pytest.suite(applied.tree.oid, own, parts.limits)
    after = replace(work, tree=applied.tree)
    return parts.sessions.suite(applied.tree.oid, own, parts.limits, (*selection(after, parts), *smoke(after, parts)))


def judge(red: SuiteResult, green: SuiteResult) -> tuple[str, str]:
    """Status and sentence for the two runs of one test file."""
    if red.run.timed_out or green.run.timed_out:
        return "errored", "the characterization test did not end in time"
    if not red.outcomes or not green.outcomes:
        return "errored", "the characterization test could not be run"
    if not red.failing:
        return "failed", "the characterization test cannot fail: it is green before the move"
    if not green.green:
        return "failed", f"the characterization test is red after the move: {(green.failing or ('no test passed',))[0]}"
    return "passed", f"red before, {green.passed} passed after"
