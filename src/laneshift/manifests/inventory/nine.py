"""What each of the nine steps comes to for one module, in a sentence for whoever does or checks it."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.manifests.inventory.records import ModuleFacts

_SHOWN = 3


def nine_steps(facts: ModuleFacts, target: str, lane: str, name: str) -> tuple[str, ...]:
    """Nine texts in the order of the steps, each with the step's name before a colon. `name` is the new module's."""
    tests = f"run {_few(facts.tests)}" if facts.tests else "no test imports it: write one that would notice a mistake"
    missing = f"mend {_few(facts.unresolved)}, which lead nowhere" if facts.unresolved else "all its imports resolve"
    outside = f"; it needs {_few(facts.outside)}" if facts.outside else ""
    relative = f" and {facts.relative} relative import(s) of its own" if facts.relative else ""
    subject = f"refactor({lane}): move {facts.module.rpartition('.')[2]} into {lane}"
    return (
        f"REVIEW: read {facts.path}: {facts.loc} lines, {facts.classes} class(es), {facts.functions} function(s)",
        f"CHECK_DEPS: {missing}{outside}",
        f"CREATE_TESTS: hold the public names and signatures of {facts.module} fast before it moves",
        f"MOVE: {facts.path} to {target}",
        f"UPDATE_IMPORTS: {len(facts.importers) + len(facts.tests)} file(s) that name {facts.module}{relative}",
        f"INTEGRATE: whatever lists {facts.module} by name lists {name} instead",
        f"TEST: {tests}",
        f"GATES: every gate of lane {lane}, at the new place",
        f"COMMIT: {subject}",
    )


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
