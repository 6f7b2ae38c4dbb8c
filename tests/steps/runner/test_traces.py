"""What each test runs is recorded as it is, alone and under xdist, and costs little."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.gates.sandbox import Limits
from laneshift.steps.runner import traces
from tests.steps.runner.conftest import GOOD, Project, Projects

FILES = {
    "pkg/__init__.py": "",
    "pkg/near.py": "def near(): return 1\n",
    "pkg/far.py": "def far(): return 2\n",
    "pkg/thread.py": "def work(): pass\n",
    "conftest.py": "import pytest\nfrom pkg.far import far\n@pytest.fixture\ndef fixed(): return far()\n",
    "tests/test_a.py": """
import importlib, threading
from pkg.near import near
from pkg import thread
def test_direct(): assert near() == 1
def test_fixture(fixed): assert fixed == 2
def test_computed(): assert getattr(importlib.import_module('.'.join(['pkg', 'near'])), 'near')() == 1
def test_thread():
    other = threading.Thread(target=thread.work)
    other.start()
    other.join()
def test_red():
    near()
    assert 0
def test_none(): pass
""",
}


def ran(made: Project, *selection: str) -> Mapping[str, Collection[str]]:
    found = made.sandbox.trace(made.tree, selection, Limits(60))
    return {test.partition("::")[2]: set(files) for test, files in found.ran.items()}


def test_each_test_has_the_files_that_it_ran(fallback: Projects, command: list[str]) -> None:
    made = fallback(FILES, command=command)
    found = ran(made)
    own = "tests/test_a.py"
    assert found == {
        "test_direct": {own, "pkg/near.py"},
        "test_fixture": {own, "conftest.py", "pkg/far.py"},
        "test_computed": {own, "pkg/near.py"},
        "test_thread": {own, "pkg/thread.py"},
        "test_red": {own, "pkg/near.py"},
        "test_none": {own},
    }


def test_a_traced_run_ends_as_any_other(fallback: Projects) -> None:
    made = fallback(FILES)
    assert ran(made, "tests/test_a.py::test_none") == {"test_none": {"tests/test_a.py"}}
    traced, plain = made.sandbox.trace(made.tree, (), Limits(60)).result, made.suite()
    assert traced.outcomes == plain.outcomes
    assert traced.failing == plain.failing == ("tests/test_a.py::test_red",)


def test_where_another_traces_nothing_is_recorded(fallback: Projects) -> None:
    made = fallback({"conftest.py": "import sys\nsys.settrace(lambda *_: None)\n", "tests/test_a.py": GOOD})
    found = made.sandbox.trace(made.tree, (), Limits(60))
    assert found.result.green
    assert found.ran == {}


def test_a_command_that_cannot_be_followed_has_no_record(fallback: Projects) -> None:
    made = fallback({"a.py": "print('1 passed')\n"}, command=["python", "a.py"])
    found = made.sandbox.trace(made.tree, (), Limits(60))
    assert found.result.green
    assert found.ran == {}


@given(st.lists(st.binary(max_size=30), max_size=5), st.integers(0, 3))
def test_lines_that_cannot_be_read_are_passed_over(noise: list[bytes], at: int) -> None:
    good = json.dumps({"id": "t", "pid": 1, "new": ["a.py"], "ran": [0]}).encode()
    lines = [*noise[:at], good, *noise[at:]]
    assert traces.read(lines).get("t") == frozenset({"a.py"})


@pytest.mark.parametrize("line", [b"{}", b"[]", b'{"id": "t", "pid": 1, "new": [], "ran": [9]}', b'{"id'])
def test_what_a_killed_process_left_is_no_record(line: bytes) -> None:
    assert traces.read([line]) == {}


def test_processes_number_their_names_on_their_own() -> None:
    told = [("a", 1, ["x"], [0]), ("b", 2, ["y"], [0]), ("a", 2, ["z"], [1])]
    lines = [json.dumps({"id": i, "pid": p, "new": new, "ran": ran}).encode() for i, p, new, ran in told]
    assert traces.read(lines) == {"a": frozenset({"x", "z"}), "b": frozenset({"y"})}
