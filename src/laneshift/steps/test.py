"""Step 7, test: the project's own tests that reach the item, in isolation. Decides alone what is dropped early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from laneshift.code.intents import Intent
from laneshift.code.selection import select_tests
from laneshift.code.traced import traced_tests
from laneshift.gates.sandbox import COMMAND, SuiteResult, renamed_id
from laneshift.gates.smoke import RED_BEFORE, TOLD
from laneshift.manifests.fields import only_manifests
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree
from laneshift.steps.review import moved_paths
from laneshift.steps.work import Outcome, Parts, Work


def test(work: Work, parts: Parts) -> Outcome:
    """Red ids are run again once, and on the base: what is red there is recorded and not blamed.

    Manifests change no code: alone they are tested by `tests.always`, and by the whole suite of their landing.
    """
    code = changes_code(work)
    chosen = selection(work, parts) if code else tuple(parts.settings.tests.always)
    if not chosen and not code:
        why = "manifests change no code, so no test is chosen for them alone; the landing runs them all"
        return Outcome("not_applicable", why, work.tree, {"selected": []})
    run = parts.sessions.suite(work.tree.oid, chosen, parts.limits, also=smoke(work, parts) if chosen else ())
    facts: dict[str, Any] = {"selected": list(chosen)}
    seen = {"passed": run.passed, "failing": list(run.failing), "seconds": round(run.run.seconds)}
    if run.run.timed_out:
        return Outcome("failed", "the tests did not end in time", work.tree, facts, seen, run.run.output)
    if not run.outcomes:
        return Outcome("errored", "no test was run", work.tree, facts, seen, run.run.output)
    if run.green:
        return Outcome("passed", f"{run.passed} test(s) passed", work.tree, facts, seen, run.run.output)
    if not run.failing:
        return Outcome("errored", f"the test run ended with status {run.run.exit_code}", work.tree, facts, seen)
    again = parts.sandbox.suite(work.tree.oid, run.failing, parts.limits)
    if COMMAND in again.failing and COMMAND in parts.baseline(work.base_tree, [COMMAND], parts.limits).failing:
        why = f"the test command is {RED_BEFORE}, so it shows nothing about it"
        return Outcome("errored", why, work.tree, {**facts, **TOLD}, seen, _both(run, again))
    excused = red_on(work.base_tree, again.failing, old_paths(work, parts), parts)
    blamed = sorted(set(again.failing) - excused)
    seen |= {"flaky": sorted(set(run.failing) - set(again.failing)), "red_on_base": sorted(excused)}
    log = _both(run, again)
    if blamed:
        return Outcome("failed", f"{len(blamed)} test(s) turn red: {blamed[0]}", work.tree, facts, seen, log)
    if not run.passed:
        return Outcome("errored", "no test passed, before or after", work.tree, facts, seen, log)
    told = f"{run.passed} test(s) passed, none turned red"
    if excused:
        told += f"; {len(excused)} {RED_BEFORE}: {min(excused)}"
        seen |= TOLD
    return Outcome("passed", told, work.tree, facts, seen, log)


def _both(run: SuiteResult, again: SuiteResult) -> str:
    return f"{run.run.output}\n\nsecond run:\n{again.run.output}\n"


def changes_code(work: Work) -> bool:
    """Whether the item may change what runs: it is not about manifests alone. Of what it verifies, it may."""
    return not only_manifests(differences(work.base_tree, work.tree))


def red_on(base: Tree, ids: Sequence[str], old_paths: Mapping[str, str], parts: Parts) -> set[str]:
    """Those of `ids` that were run on the base and are red there too. A test that the base lacks is never excused."""
    names = {renamed_id(test, old_paths): test for test in ids}
    before = {name: test for name, test in names.items() if _file_of(name) in base}
    if not before:
        return set()
    known = parts.sandbox.suite(base.oid, list(before), parts.limits)
    return {before[test] for test in known.failing if test in before and test not in known.missing}


def selection(work: Work, parts: Parts) -> tuple[str, ...]:
    """Test files for the item, nearest first, at their paths after the change; its own test comes first."""
    graph = parts.graph(work.base_tree)
    modules = graph.modules.by_path
    names = [modules[path] for path in moved_paths(work) if path in modules]
    settings = parts.settings.tests
    known = parts.index.facts(work.base_tree)
    chosen = select_tests(
        graph, known, names, settings.selection_limit, [path.partition("::")[0] for path in settings.paths]
    )
    own = [] if work.verify_only else list(parts.applied(work).tests)
    traced = (
        ()
        if parts.recorder is None
        else traced_tests(parts.recorder.of(work.base_tree), moved_paths(work), settings.selection_limit)
    )
    tests = (test.path for test in (*chosen.tests, *traced))
    found = (moved_name(name, work.intent) for name in (*settings.always, *tests))
    return tuple(dict.fromkeys((*own, *found)))


def smoke(work: Work, parts: Parts) -> tuple[str, ...]:
    """The configured smoke tests that the item's tree has, at their paths after the change."""
    names = (moved_name(name, work.intent) for name in parts.settings.tests.smoke)
    return tuple(name for name in names if _file_of(name) in work.tree)


def moved_name(name: str, intent: Intent) -> str:
    """What a test's id, file or folder on the base is called after the move."""
    path, mark, inner = name.partition("::")
    inside = path == intent.src or path.startswith(f"{intent.src}/")
    return f"{intent.dst}{path[len(intent.src) :]}{mark}{inner}" if inside else name


def old_paths(work: Work, parts: Parts) -> dict[str, str]:
    """New path to old path of every file that the item moves."""
    if work.verify_only:
        return {}
    return {new: old for old, new in parts.applied(work).result.relocations.items()}


def _file_of(test: str) -> str:
    return test.partition("::")[0]
