"""Command steps in the real sandbox: words and no shell, on a tree that is named, with an end and with a key."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from laneshift.runs.flowing.effects import Cancelled, TimedOut
from laneshift.runs.flowing.kinds.table import Table
from tests.repo.builders import git_cli
from tests.runs.flowing.kinds.scene import done, failed, repository, site_at, soon, work

SECRET = "s3cret-of-the-team"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("commands") / "repo")


@pytest.fixture(scope="module")
def table(place: Path) -> Table:
    return Table(site_at(place, {"TEAM_TOKEN": SECRET, "OTHER": "not asked for"}))


def python(text: str, **more: Any) -> dict[str, Any]:
    return {"command": ["python", "-I", "-c", text], **more}


def test_words_run_on_the_tree_with_the_key_and_no_shell(table: Table, place: Path) -> None:
    text = "import os, sys; print(os.environ['LANESHIFT_FLOW_KEY'], sys.argv[1:], os.path.exists('core/app.py'))"
    settings = {"command": ["python", "-I", "-c", text, "$(id)", "; ls", "*"]}
    value = done(table.perform(work("command", settings, "run-7/step")))
    assert value["output"] == "run-7/step ['$(id)', '; ls', '*'] True\n"
    assert (value["code"], value["tree"]) == (0, git_cli(place, "rev-parse", "HEAD^{tree}"))


def test_secrets_are_there_by_name_and_in_no_record(table: Table) -> None:
    text = "import os; print(os.environ['TOKEN'], os.environ['PLAIN'], 'OTHER' in os.environ)"
    value = done(
        table.perform(work("command", python(text, environment={"TOKEN": {"env": "TEAM_TOKEN"}, "PLAIN": "a"})))
    )
    assert value["output"] == "[redacted] a False\n"


def test_a_failure_has_its_code_and_its_output(table: Table) -> None:
    failure = failed(table.perform(work("command", python("import sys; print('as it was'); sys.exit(3)"))))
    assert (failure.code, failure.why) == ("flow.command", "as it was")
    assert "status 3" in failure.what
    assert done(table.perform(work("command", python("import sys; sys.exit(3)", ok=[0, 3]))))["code"] == 3


@pytest.mark.parametrize(
    ("output", "printed", "name", "value"),
    [("json", '{"a": [1, 2]}', "json", {"a": [1, 2]}), ("lines", "a\\nb", "lines", ["a", "b"])],
)
def test_output_is_read_as_asked(table: Table, output: str, printed: str, name: str, value: Any) -> None:
    assert done(table.perform(work("command", python(f"print('{printed}')", output=output))))[name] == value


def test_output_that_is_no_json_fails(table: Table) -> None:
    failure = failed(table.perform(work("command", python("print('{')", output="json"))))
    assert failure.code == "flow.command-output"


def test_another_tree_may_be_named(table: Table, place: Path) -> None:
    commit = git_cli(place, "commit-tree", "HEAD^{tree}", "-m", "x")
    assert done(table.perform(work("command", python("", tree=commit))))["code"] == 0
    assert failed(table.perform(work("command", python("", tree="no-such-branch")))).what


def test_a_command_that_does_not_end_is_ended_with_all_its_processes(table: Table) -> None:
    text = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    outcome = table.perform(work("command", python(f"{text} time.sleep(600)"), deadline=soon(1.0)))
    assert isinstance(outcome, TimedOut)


def test_a_cancelled_command_is_ended(table: Table, place: Path) -> None:
    began = threading.Event()
    inner = table._site.sandboxed

    class Telling:
        def __init__(self, sandbox: Any) -> None:
            self._sandbox = sandbox

        def stoppable(self, tree: str, argv: Sequence[str], limits: Any, until: int) -> Any:
            began.set()
            return self._sandbox.stoppable(tree, argv, limits, until)

    from dataclasses import replace

    own = Table(replace(table._site, sandboxed=lambda settings: Telling(inner(settings))))
    outcome = own.perform(work("command", python("import time; time.sleep(600)"), stopped=began.is_set))
    assert isinstance(outcome, Cancelled)


def test_a_look_that_ends_well_says_that_it_was_done(table: Table) -> None:
    ways = [["python", "-c", "print('there')"], ["python", "-c", "raise SystemExit(1)"], None]
    found = [
        table.perform(work("command", python("", **({"look": way} if way else {})), purpose="look", again=True))
        for way in ways
    ]
    assert done(found[0])["output"] == "there\n"
    assert [failed(each).code for each in found[1:]] == ["flow.not-done", "flow.not-done"]


def test_what_cannot_be_run_is_refused(table: Table) -> None:
    assert failed(table.perform(work("command", {"command": ["a\0b"]}))).code == "flow.settings"
    told = failed(table.perform(work("command", {"command": ["echo", {"by": "bob"}]})))
    assert told.what == "the settings of this step do not hold"
    assert told.why == "command.1: Input should be a valid string, and is a table"


def test_a_word_that_is_a_number_is_its_text(table: Table) -> None:
    given = {"command": ["printf", "%s %s", 300, 0.5]}
    assert table.faults("command", given, lambda _: False) == []
    assert done(table.perform(work("command", given)))["output"] == "300 0.5"
    assert failed(table.perform(work("command", {"command": ["no-such-program"]}))).code == "flow.command"
