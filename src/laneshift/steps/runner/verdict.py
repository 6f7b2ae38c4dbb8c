"""From what a run and its session told to one suite result: pure rules that fail closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from laneshift.gates.sandbox import COMMAND, RunResult, SuiteResult, covers
from laneshift.steps.runner.events import Session

_NOTHING_RAN = re.compile(r"^(Ran 0 tests in|=+ no tests ran|collected 0 items)", re.MULTILINE)
_SOMETHING_RAN = re.compile(r"^Ran [1-9][0-9]* tests? in|\b[1-9][0-9]* passed\b", re.MULTILINE)

_FOREIGN = "laneshift: the tests imported code from the work tree instead of the tree under test"


def coarse(run: RunResult) -> SuiteResult:
    """The result of a command that cannot be followed test by test: one id, red unless it ended well.

    A runner that says it ran no tests has checked nothing, whatever its exit status.
    """
    nothing = _NOTHING_RAN.search(run.output) is not None and _SOMETHING_RAN.search(run.output) is None
    return SuiteResult(run, {COMMAND: "passed" if run.ok and not nothing else "failed"})


def of(run: RunResult, session: Session, selected: Sequence[str], absent: Sequence[str]) -> SuiteResult:
    """The result of a pytest run. `selected` ids were asked for by name; `absent` ones have no file in the tree.

    A run that claims success while tests never began, or while its session never ended, is red. A run that is not
    green although no test is red and none is missing is red under the id of the command.
    """
    outcomes = dict(session.outcomes)
    if run.ok:
        outcomes.update(dict.fromkeys(session.unstarted, "lost"))
    errors = {COMMAND if name == "." else name for name in session.collection_errors}
    if session.foreign:
        told = f"{_FOREIGN}: {', '.join(session.foreign)}"
        run = replace(run, output=f"{run.output}\n{told}")
    if session.unreadable or session.foreign or (run.ok and not session.finished):
        errors.add(COMMAND)
    unfound = []
    for name in selected:
        if any(covers(file, name) for file in session.skipped_files):
            outcomes.setdefault(name, "skipped")
        elif not _is_known(name, session, errors):
            unfound.append(name)
    result = SuiteResult(
        run,
        outcomes,
        tuple(sorted(errors)),
        missing=tuple(sorted({*absent, *unfound})) if session.finished or absent else (),
        deselected=session.deselected,
    )
    if result.green or result.failing or result.missing:
        return result
    return replace(result, collection_errors=(COMMAND,))


def _is_known(name: str, session: Session, errors: set[str]) -> bool:
    """Whether a selected id stands for a test that was collected or left out, or lies where collection failed."""
    if any(covers(error, name) or covers(name, error) for error in errors) or COMMAND in errors:
        return True
    return any(covers(name, test) for known in (session.collected, session.deselected) for test in known)
