"""Selecting tests by id: exactly those run, and what does not exist is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import MODE_SYMLINK, File, Repository
from tests.steps.runner.conftest import EVERYTHING, GOOD, PACKAGE, XDIST, Projects


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


def test_missing_ids_are_told_and_hide_nothing(fallback: Projects) -> None:
    made = fallback({"tests/test_a.py": GOOD})
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


def test_what_the_project_leaves_out_is_told(fallback: Projects) -> None:
    files = {
        "tests/test_a.py": "import pytest\ndef test_fast(): pass\n@pytest.mark.slow\ndef test_slow(): pass\n",
        "pytest.ini": "[pytest]\naddopts = -m 'not slow'\nmarkers = slow\n",
    }
    made = fallback(files)
    whole = made.suite()
    assert whole.green, whole.run.output
    assert whole.deselected == ("tests/test_a.py::test_slow",)
    asked = made.suite("tests/test_a.py::test_slow")
    assert asked.missing == ()
    assert not asked.green


def test_ids_are_relative_to_the_tree_wherever_pytest_has_its_root(fallback: Projects) -> None:
    files = {"sub/pytest.ini": "[pytest]\n", "sub/tests/test_a.py": GOOD, "tests/test_b.py": "def test_b(): assert 0\n"}
    made = fallback(files, command=["python", "-m", "pytest", "sub"])
    result = made.suite()
    assert result.outcomes == {"sub/tests/test_a.py::test_good": "passed"}
    assert made.suite("sub/tests/test_a.py::test_good").green


def test_very_many_ids_pass(fallback: Projects) -> None:
    files = {f"tests/{'long_folder_name_' * 8}{n}/test_{n}.py": GOOD for n in range(30)}
    made = fallback(files)
    ids = [f"{path}::test_good" for path in files]
    result = made.suite(*ids, *(f"{path}::test_{'absent' * 20}_{n}" for path in files for n in range(400)))
    assert result.passed == 30
    assert len(result.missing) == 12_000


def test_groups_of_xdist_do_not_change_ids(fallback: Projects) -> None:
    test = "import pytest\n@pytest.mark.xdist_group('g')\n@pytest.mark.parametrize('x', ['a@b'])\ndef test_a(x): pass\n"
    made = fallback({"tests/test_a.py": test}, command=[*XDIST, "--dist", "loadgroup"])
    result = made.suite()
    assert result.outcomes == {"tests/test_a.py::test_a[a@b]": "passed"}
    assert made.suite(*result.outcomes).green


def test_a_module_that_skips_itself_is_not_missing(fallback: Projects) -> None:
    files = {
        "tests/test_a.py": "import pytest\npytest.importorskip('nothing_of_this_name')\ndef test_a(): pass\n",
        "tests/test_b.py": GOOD,
    }
    result = fallback(files).suite("tests/test_a.py::test_a", "tests/test_b.py")
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
    made = fallback({"test_in.py": GOOD})
    base = Repository.open(tmp_path / "repo1").tree("HEAD")
    links = {"test_link.py": File(bytes(outside), MODE_SYMLINK), "test_near.py": File(b"test_in.py", MODE_SYMLINK)}
    result = made.sandbox.suite(base.edit(links).oid, list(links), Limits(60))
    assert result.missing == ("test_link.py",)
    assert result.outcomes == {"test_near.py::test_good": "passed"}
