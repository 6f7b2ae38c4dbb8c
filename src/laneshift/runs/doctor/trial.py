"""What the tests say on HEAD, before anything moves: what is red now would be red after every move too. Pure."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from laneshift.config import Settings, Tests
from laneshift.gates.sandbox import COMMAND, Limits, SuiteResult
from laneshift.gates.smoke import rate
from laneshift.runs.doctor.row import Row

CHECK = "tests on HEAD"
MOST_SECONDS = 60
"""A trial takes no longer: a suite that does is told to have been stopped, and what it said until then."""

_ENVIRONMENTS = (".venv", "venv")
_NAMED = 3
_LAST = 200
_MODULE = re.compile(r"No module named '([^']+)'")


def limits(tests: Tests) -> Limits:
    """What the trial may use."""
    return Limits(min(MOST_SECONDS, tests.item_seconds), tests.memory_mib)


def trial_row(tests: Tests, result: SuiteResult, project: str = "") -> Row:
    """One row for a run of the smoke tests on HEAD, or of the whole suite where the settings name none.

    `project` is the interpreter of an environment that the project has besides, empty for none.
    """
    cure = _cure(result, project)
    what = "smoke test(s)" if tests.smoke else "test(s)"
    red = [test for test in result.failing if result.outcomes.get(test) != "lost"]
    data = {"passed": result.passed, "red": red, "seconds": round(result.run.seconds), "stopped": result.run.timed_out}
    until = f"; stopped after {result.run.seconds:.0f} s of trial" if result.run.timed_out else ""
    if COMMAND in red:
        why = f"a red command shows nothing about a move, so nothing could land; it says: {_last(result)}"
        return Row(CHECK, "fail", f"tests.command is red on HEAD{until}", why, cure, data)
    if red:
        named = ", ".join(red[:_NAMED]) + (", …" if len(red) > _NAMED else "")
        run = sum(outcome != "skipped" for outcome in result.outcomes.values()) + len(result.collection_errors)
        told = f"{len(red)} of {max(run, len(red))} {what} red before anything moves: {named}{until}"
        good, whole = rate(result.outcomes)
        held = bool(tests.smoke) and (
            not whole or good < tests.smoke_pass_rate * whole or bool(result.collection_errors)
        )
        why = "no item is blamed for them, but gate smoke holds each one whose smoke tests they are"
        if not result.passed and not result.run.timed_out:
            held, why = True, "no test passed, so nothing can be shown about a move, and nothing could land"
        return Row(CHECK, "fail" if held else "warn", told, why, cure, data)
    if result.run.timed_out:
        return Row(CHECK, "ok", f"{result.passed} {what} passed{until}", data=data)
    if not result.passed and not result.green:
        why = f"nothing can be shown about a move, so nothing could land; it says: {_last(result)}"
        return Row(CHECK, "fail", "no test passed on HEAD", why, cure, data)
    return Row(CHECK, "ok", f"{result.passed} {what} passed in {result.run.seconds:.0f} s", data=data)


def by_hand(settings: Settings) -> str:
    """The line for a shell that runs these tests in the work tree, for who wants to see all that they say."""
    tests, roots = settings.tests, ":".join(root or "." for root in settings.source_roots)
    words = [sys.executable, *tests.command[1:]] if tests.command[0] in ("python", "python3") else tests.command
    picked = (tests.smoke or tests.paths) if "pytest" in tests.command else ()
    line = shlex.join([*words, *picked])
    return f"PYTHONPATH={shlex.quote(roots)} {line}" if roots else line


def project_python(environment: Mapping[str, str], work_dir: Path | None) -> str:
    """The interpreter of the virtual environment that is active, or lies in the work tree; empty for our own."""
    active = environment.get("VIRTUAL_ENV", "")
    folders = [Path(active)] if active else [work_dir / name for name in _ENVIRONMENTS] if work_dir else []
    for folder in folders:
        python = folder / "bin" / "python"
        if python.is_file() and folder.resolve() != Path(sys.prefix).resolve():
            return str(python)
    return ""


def _cure(result: SuiteResult, project: str) -> str:
    mend = "mend them first, or have tests.smoke, tests.paths or tests.command name what is green"
    gone = _missing(result.run.output)
    if not gone:
        return mend
    beside = f", or install laneshift for {project} and run that one" if project else ""
    return f"install what brings {', '.join(gone)} for {sys.executable}, which runs them{beside}; {mend}"


def _missing(output: str) -> Sequence[str]:
    """The modules that could not be imported, each once."""
    return list(dict.fromkeys(name.partition(".")[0] for name in _MODULE.findall(output)))[:_NAMED]


def _last(result: SuiteResult) -> str:
    lines = [line.strip() for line in result.run.output.splitlines() if line.strip()]
    return lines[-1][:_LAST] if lines else "nothing"
