"""What a suite result says about real pytest runs: every outcome, and nothing green that was not checked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.gates.sandbox import COMMAND
from tests.repo.builders import write_files
from tests.steps.runner.conftest import Project, Projects

XDIST = ["python", "-m", "pytest", "-n", "2"]
GOOD = "def test_good(): pass\n"

EVERYTHING = """
import pytest
from pkg.a import VALUE

@pytest.mark.parametrize("word", ["a::b", "c[d]", "e f/g", "\\x1b[31m", "@", "é", "../up", "-k"])
def test_odd(word): assert VALUE == 41
def test_red(): assert VALUE == 0
@pytest.mark.xfail
def test_expected(): assert VALUE == 0
@pytest.mark.xfail
def test_surprise(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.mark.xfail(run=False)
def test_not_even_run(): pass
@pytest.mark.skip
def test_skipped(): pass
@pytest.fixture
def broken(): raise ValueError
def test_setup(broken): pass
@pytest.fixture
def leaky():
    yield
    raise ValueError
def test_teardown(leaky): pass
def test_both(leaky): assert VALUE == 0
class TestClass:
    def test_method(self): pass
"""
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
PACKAGE = {"pkg/__init__.py": "", "pkg/a.py": "VALUE = 41\n"}


@pytest.fixture(params=[["python", "-m", "pytest"], XDIST], ids=["alone", "xdist"])
def command(request: pytest.FixtureRequest) -> list[str]:
    """The two ways in which pytest runs: in one process, and as a controller of workers."""
    found: list[str] = request.param
    return found


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


def test_every_told_id_selects_its_test_alone(fallback: Projects, command: list[str]) -> None:
    made = fallback({**PACKAGE, "tests/test_all.py": EVERYTHING}, command=command)
    every = made.suite().outcomes
    odd = [test for test in every if "test_odd" in test]
    assert len(odd) == 8
    result = made.suite(*odd[:4], "tests/test_all.py::TestClass")
    assert set(result.outcomes) == {*odd[:4], "tests/test_all.py::TestClass::test_method"}
    assert result.green, result.run.output
    assert set(made.suite("tests/test_all.py::test_odd").outcomes) == set(odd)
    assert set(made.suite("./tests//test_all.py").outcomes) == set(every)
    assert set(made.suite("tests").outcomes) == set(every)


def test_missing_ids_are_told_and_hide_nothing(fallback: Projects, command: list[str]) -> None:
    made = fallback({"tests/test_a.py": GOOD}, command=command)
    gone = ("tests/gone.py", "tests/test_a.py::test_gone", "tests/test_a.py::test_good[x]")
    result = made.suite("tests/test_a.py", *gone)
    assert result.missing == gone
    assert result.outcomes == {"tests/test_a.py::test_good": "passed"}
    assert not result.green
    nothing = made.suite("tests/gone.py")
    assert nothing.missing == ("tests/gone.py",)
    assert not nothing.green
    none = made.suite("tests/test_a.py::test_gone")
    assert none.missing == ("tests/test_a.py::test_gone",)
    assert none.outcomes == {}
    assert not none.green


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
def test_nothing_checked_is_never_green(fallback: Projects, command: list[str], files: dict[str, str]) -> None:
    result = fallback(files, command=command).suite()
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
    made = project({"tests/test_a.py": slow})
    result = made.suite(seconds=4)
    assert result.run.timed_out
    assert result.failing == ("tests/test_a.py::test_b",)
    assert made.living() == []


@pytest.mark.parametrize("folder", ["", "tests/"])
def test_a_conftest_that_cannot_be_imported_reddens_its_folder(
    fallback: Projects, command: list[str], folder: str
) -> None:
    files = {f"{folder}conftest.py": "import nothing_of_this_name\n", "tests/test_a.py": GOOD, "other/test_b.py": GOOD}
    result = fallback(files, command=command).suite()
    assert not result.green
    assert result.failing == (folder.rstrip("/") or COMMAND,)


def test_what_the_project_leaves_out_is_told(fallback: Projects, command: list[str]) -> None:
    files = {
        "tests/test_a.py": "import pytest\ndef test_fast(): pass\n@pytest.mark.slow\ndef test_slow(): pass\n",
        "pytest.ini": "[pytest]\naddopts = -m 'not slow'\nmarkers = slow\n",
    }
    made = fallback(files, command=command)
    whole = made.suite()
    assert whole.green, whole.run.output
    assert whole.deselected == ("tests/test_a.py::test_slow",)
    asked = made.suite("tests/test_a.py::test_slow")
    assert asked.missing == ()
    assert not asked.green


def test_the_first_failure_does_not_hide_the_rest(fallback: Projects, command: list[str]) -> None:
    files = {
        "tests/test_a.py": "def test_a(): assert 0\ndef test_b(): assert 0\ndef test_c(): assert 0\n",
        "pytest.ini": "[pytest]\naddopts = -x\n",
    }
    assert len(fallback(files, command=command).suite().failing) == 3


def test_ids_are_relative_to_the_tree_wherever_pytest_has_its_root(fallback: Projects) -> None:
    files = {"sub/pytest.ini": "[pytest]\n", "sub/tests/test_a.py": GOOD, "tests/test_b.py": "def test_b(): assert 0\n"}
    made = fallback(files, command=["python", "-m", "pytest", "sub"])
    result = made.suite()
    assert result.outcomes == {"sub/tests/test_a.py::test_good": "passed"}
    assert made.suite("sub/tests/test_a.py::test_good").green


@pytest.mark.parametrize("extra", [[], ["--rootdir=."]])
def test_nothing_above_the_checkout_is_used(fallback: Projects, tmp_path: Path, extra: list[str]) -> None:
    made = fallback({"tests/test_a.py": GOOD}, command=["python", "-m", "pytest", *extra])
    write_files(tmp_path, {"pytest.ini": "[pytest]\naddopts = --no-such-option-anywhere\n"})
    write_files(tmp_path / "repo0", {"conftest.py": "raise RuntimeError('not of this tree')\n"})
    result = made.suite()
    assert result.green, result.run.output


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\npython_functions = ['check_*']\n"),
        ("pytest.ini", "[pytest]\npython_functions = check_*\n"),
        ("tox.ini", "[pytest]\npython_functions = check_*\n"),
        ("setup.cfg", "[tool:pytest]\npython_functions = check_*\n"),
    ],
)
def test_the_projects_own_configuration_is_used(fallback: Projects, name: str, text: str) -> None:
    files = {name: text, "tests/test_a.py": "def check_it(): pass\n", "tests/test_b.py": GOOD}
    assert fallback(files).suite("tests/test_a.py").outcomes == {"tests/test_a.py::check_it": "passed"}


def test_source_roots_come_before_what_is_installed(fallback: Projects) -> None:
    files = {"src/pytest_timeout_shadow.py": "X = 1\n", "lib/sub/deep.py": "Y = 2\n"}
    usual = fallback({**files, "tests/test_a.py": "import pytest_timeout_shadow\ndef test_a(): pass\n"})
    assert usual.suite().green
    named = fallback({**files, "tests/test_a.py": "import deep\ndef test_a(): pass\n"}, source_roots=["lib/sub"])
    assert named.suite().green


@pytest.mark.parametrize("root", ["/abs", "../up", "a/../../b", "a:b"])
def test_source_roots_outside_are_refused(fallback: Projects, root: str) -> None:
    with pytest.raises(Refused, match="not a folder of the tree"):
        fallback({"a": ""}, source_roots=[root])


def test_code_from_the_users_work_tree_is_not_taken_for_the_tree_under_test(
    fallback: Projects, command: list[str], tmp_path: Path
) -> None:
    work_tree = tmp_path / "work"
    write_files(work_tree, {"outer/__init__.py": ""})
    test = f"import sys\nsys.path.insert(0, {str(work_tree)!r})\nimport outer\ndef test_a(): pass\n"
    guarded = fallback({"tests/test_a.py": test}, command=command, work_tree=work_tree).suite()
    assert guarded.failing == (COMMAND,)
    assert f"{work_tree}/outer/__init__.py" in guarded.run.output
    assert fallback({"tests/test_a.py": test}, command=command).suite().green


def test_very_many_ids_pass(fallback: Projects) -> None:
    files = {f"tests/{'long_folder_name_' * 8}{n}/test_{n}.py": GOOD for n in range(30)}
    made = fallback(files)
    ids = [f"{path}::test_good" for path in files]
    result = made.suite(*ids, *(f"{path}::test_{'absent' * 20}_{n}" for path in files for n in range(400)))
    assert result.passed == 30
    assert len(result.missing) == 12_000


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


def test_groups_of_xdist_do_not_change_ids(fallback: Projects) -> None:
    test = "import pytest\n@pytest.mark.xdist_group('g')\n@pytest.mark.parametrize('x', ['a@b'])\ndef test_a(x): pass\n"
    made = fallback({"tests/test_a.py": test}, command=[*XDIST, "--dist", "loadgroup"])
    result = made.suite()
    assert result.outcomes == {"tests/test_a.py::test_a[a@b]": "passed"}
    assert made.suite(*result.outcomes).green


def test_a_module_that_skips_itself_is_not_missing(fallback: Projects, command: list[str]) -> None:
    files = {
        "tests/test_a.py": "import pytest\npytest.importorskip('nothing_of_this_name')\ndef test_a(): pass\n",
        "tests/test_b.py": GOOD,
    }
    result = fallback(files, command=command).suite("tests/test_a.py::test_a", "tests/test_b.py")
    assert result.missing == ()
    assert result.outcomes["tests/test_a.py::test_a"] == "skipped"
    assert result.green, result.run.output


@pytest.mark.parametrize("chosen", ["../up.py", "/etc/passwd", "-x", "@file", "a/../../b.py", "a\0b", "", "a\nb.py::t"])
def test_ids_outside_the_tree_are_refused(fallback: Projects, chosen: str) -> None:
    with pytest.raises(Refused, match="not the id of a test"):
        fallback({"tests/test_a.py": GOOD}).suite(chosen)


def test_a_link_out_of_the_tree_is_missing(fallback: Projects, tmp_path: Path) -> None:
    outside = tmp_path / "test_out.py"
    outside.write_text(GOOD)
    folder = tmp_path / "repo1"
    folder.mkdir()
    (folder / "test_link.py").symlink_to(outside)
    made = fallback({"keep": ""})
    (tmp_path / "link").mkdir()
    linked = Projects(folder, ())
    (folder / "repo1").mkdir()
    (folder / "repo1" / "test_link.py").symlink_to(outside)
    result = linked({"keep": ""}).suite("test_link.py")
    assert result.missing == ("test_link.py",)
    assert made.suite("test_link.py").missing == ("test_link.py",)


def unittest_project(projects: Projects, body: str) -> Project:
    """A project whose command is not pytest."""
    command = [sys.executable, "-m", "unittest", "-v"]
    return projects({"test_u.py": f"import unittest\n{body}"}, command=command)


def test_another_command_is_one_test(project: Projects) -> None:
    good = unittest_project(project, "class T(unittest.TestCase):\n    def test_a(self): pass\n").suite()
    assert good.green, good.run.output
    assert good.outcomes == {COMMAND: "passed"}
    bad = unittest_project(project, "class T(unittest.TestCase):\n    def test_a(self): self.fail()\n").suite(COMMAND)
    assert bad.failing == (COMMAND,)
    none = unittest_project(project, "").suite()
    assert none.failing == (COMMAND,)


def test_a_suite_without_a_command_is_refused(fallback: Projects) -> None:
    with pytest.raises(Refused, match="no command"):
        fallback({"a": ""}, command=[]).suite()
