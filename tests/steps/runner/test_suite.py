"""What a suite result says about real pytest runs: every outcome, and nothing green that was not checked."""

from __future__ import annotations

import pytest

from laneshift.gates.sandbox import COMMAND
from tests.steps.runner.conftest import EVERYTHING, GOOD, PACKAGE, XDIST, Projects

OUTCOMES = {
    "test_red": "failed",
    "test_expected": "xfailed",
    "test_surprise": "xpassed",
    "test_strict": "failed",
    "test_not_even_run": "xfailed",
    "test_skipped": "skipped",
    "test_setup": "error",
    "test_teardown": "error",
    "test_both": "failed",
    "TestClass::test_method": "passed",
}


def test_every_outcome_by_id(project: Projects, command: list[str]) -> None:
    files = {**PACKAGE, "tests/test_all.py": EVERYTHING, "tests/test_broken.py": "import nothing_of_this_name\n"}
    result = project(files, command=command).suite()
    named = {test.partition("::")[2]: outcome for test, outcome in result.outcomes.items()}
    assert {name: outcome for name, outcome in named.items() if not name.startswith("test_odd")} == OUTCOMES
    odd = [name for name in named if name.startswith("test_odd")]
    assert len(odd) == 8
    assert {named[name] for name in odd} == {"passed"}
    assert result.collection_errors == ("tests/test_broken.py",)
    assert result.run.exit_code == 1
    assert not result.green
    assert "tests/test_all.py::test_red" in result.failing


def test_green_when_all_is_well(project: Projects, command: list[str]) -> None:
    result = project({**PACKAGE, "tests/test_a.py": GOOD}, command=command).suite()
    assert result.green, result.run.output
    assert result.outcomes == {"tests/test_a.py::test_good": "passed"}
    assert result.failing == ()


@pytest.mark.parametrize(
    "files",
    [
        {"README": "no tests"},
        {"tests/test_a.py": "VALUE = 1\n"},
        {"tests/test_a.py": "import pytest\n@pytest.mark.skip\ndef test_a(): pass\n"},
        {"tests/test_a.py": GOOD, "pytest.ini": "[pytest]\naddopts = -k nothing_matches\n"},
    ],
    ids=["no-file", "no-test", "all-skipped", "all-deselected"],
)
def test_nothing_checked_is_never_green(fallback: Projects, files: dict[str, str]) -> None:
    result = fallback(files).suite()
    assert not result.green
    assert result.failing == (COMMAND,)
    assert result.passed == 0


EXITS = {
    "middle": "import os\ndef test_a(): pass\ndef test_b(): os._exit(0)\ndef test_c(): pass\n",
    "import": "import os\nos._exit(0)\ndef test_a(): pass\n",
    "exit": "import pytest\ndef test_a(): pytest.exit('enough', returncode=0)\ndef test_b(): pass\n",
}


@pytest.mark.parametrize("how", EXITS)
def test_leaving_early_with_status_zero_is_not_green(project: Projects, how: str) -> None:
    result = project({"tests/test_a.py": EXITS[how]}).suite()
    assert result.run.exit_code == 0
    assert not result.green
    assert result.failing


def test_a_test_that_never_ended_is_lost(project: Projects) -> None:
    result = project({"tests/test_a.py": EXITS["middle"]}).suite()
    assert result.outcomes["tests/test_a.py::test_a"] == "passed"
    assert result.outcomes["tests/test_a.py::test_b"] == "lost"
    assert "tests/test_a.py::test_b" in result.failing


def test_a_worker_that_dies_reddens_its_test(fallback: Projects) -> None:
    result = fallback({"tests/test_a.py": EXITS["middle"]}, command=XDIST).suite()
    assert "tests/test_a.py::test_b" in result.failing
    assert not result.green


def test_the_last_moment_counts_too(fallback: Projects) -> None:
    conftest = "import os\ndef pytest_runtestloop(session): pass\ndef pytest_sessionfinish(): os._exit(0)\n"
    result = fallback({"tests/test_a.py": GOOD, "tests/conftest.py": conftest}).suite()
    assert result.outcomes == {"tests/test_a.py::test_good": "passed"}
    assert result.run.exit_code == 0
    assert result.failing == (COMMAND,)


def test_a_status_that_no_test_accounts_for_is_red_under_the_command(fallback: Projects) -> None:
    conftest = "def pytest_sessionfinish(session): session.exitstatus = 9\n"
    result = fallback({"tests/test_a.py": GOOD, "conftest.py": conftest}).suite()
    assert result.run.exit_code == 9
    assert result.failing == (COMMAND,)


def test_one_test_that_hangs_is_the_one_to_blame(project: Projects) -> None:
    slow = "import time\ndef test_a(): pass\ndef test_b(): time.sleep(300)\ndef test_c(): pass\n"
    # A slow machine has to get to the test that hangs before the time is up.
    made = project({"tests/test_a.py": slow})
    result = made.suite(seconds=10)
    assert result.run.timed_out
    assert result.failing == ("tests/test_a.py::test_b",)
    assert made.living() == []


def test_ids_that_occur_twice_keep_the_worst_outcome(fallback: Projects) -> None:
    conftest = (
        "import pytest\n"
        "class Twin(pytest.Item):\n"
        "    def runtest(self): assert self.good\n"
        "class Twins(pytest.File):\n"
        "    def collect(self):\n"
        "        for good in (True, False, True):\n"
        "            twin = Twin.from_parent(self, name='twin')\n"
        "            twin.good = good\n"
        "            yield twin\n"
        "def pytest_collect_file(file_path, parent):\n"
        "    if file_path.suffix == '.twins':\n"
        "        return Twins.from_parent(parent, path=file_path)\n"
    )
    result = fallback({"conftest.py": conftest, "tests/a.twins": "x"}).suite()
    assert result.outcomes == {"tests/a.twins::twin": "failed"}
