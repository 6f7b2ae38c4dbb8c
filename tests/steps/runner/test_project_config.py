"""Whose configuration and whose code a suite runs with: the tree's, and nothing from around it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.gates.sandbox import COMMAND
from tests.repo.builders import write_files
from tests.steps.runner.conftest import GOOD, Project, Projects


@pytest.mark.parametrize("folder", ["", "tests/"])
def test_a_conftest_that_cannot_be_imported_reddens_its_folder(
    fallback: Projects, command: list[str], folder: str
) -> None:
    files = {f"{folder}conftest.py": "import nothing_of_this_name\n", "tests/test_a.py": GOOD, "other/test_b.py": GOOD}
    result = fallback(files, command=command).suite()
    assert not result.green
    assert result.failing == (folder.rstrip("/") or COMMAND,)


def test_the_first_failure_does_not_hide_the_rest(fallback: Projects) -> None:
    files = {
        "tests/test_a.py": "def test_a(): assert 0\ndef test_b(): assert 0\ndef test_c(): assert 0\n",
        "pytest.ini": "[pytest]\naddopts = -x\n",
    }
    assert len(fallback(files).suite().failing) == 3


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


def test_a_scratch_folder_inside_the_work_tree_is_not_the_users_code(
    fallback: Projects, command: list[str], tmp_path: Path
) -> None:
    test = (
        "import sys\ndef test_a(tmp_path):\n    (tmp_path / 'made.py').write_text('X = 1')\n"
        "    sys.path.insert(0, str(tmp_path))\n    import made\n    assert made.X\n"
    )
    made = fallback({"tests/test_a.py": test}, command=command, work_tree=tmp_path)
    assert made.scratch_parent.is_relative_to(tmp_path)
    result = made.suite()
    assert result.green, result.run.output


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
