"""The suite tries again what failed by chance, a little of it, once; and nothing else becomes green by that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.suite import MOST

ROOT = Path(__file__).parents[1]
BY_CHANCE = """
import pathlib

def test_%s():
    seen = pathlib.Path(__file__).with_suffix(".seen")
    seen.write_text(seen.read_text() + "." if seen.exists() else ".")
    assert seen.read_text() %s
"""
ONCE, ALWAYS = "!= '.'", "== ''"


def suite(folder: Path, **files: str) -> tuple[int, str]:
    """The status and the last lines of a suite of `files`."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    # Without the plugins that this needs not, each of the processes starts in half the time.
    surroundings |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.suite", "-n", "0", "-q"],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, "\n".join(line for line in ran.stdout.splitlines() if line.startswith("==== "))


def test_what_passes_alone_is_told_and_does_not_stop_anybody(tmp_path: Path) -> None:
    status, told = suite(tmp_path, a=BY_CHANCE % ("a", ONCE), b="def test_b(): pass")
    assert status == 0
    assert "UNSTEADY, passed alone: mend it: test_a.py::test_a" in told


def test_what_fails_twice_is_red(tmp_path: Path) -> None:
    status, told = suite(tmp_path, a=BY_CHANCE % ("a", ONCE), b=BY_CHANCE % ("b", ALWAYS))
    assert status == 1
    assert "failed twice: test_b.py::test_b" in told
    assert (tmp_path / "test_b.seen").read_text() == ".."


def test_more_than_a_few_are_red_at_once(tmp_path: Path) -> None:
    many = {f"t{number}": BY_CHANCE % (number, ONCE) for number in range(MOST + 1)}
    status, told = suite(tmp_path, **many)
    assert status == 1
    assert "once more" not in told
    assert (tmp_path / "test_t0.seen").read_text() == "."


@pytest.mark.parametrize(
    ("text", "status"), [("import nothing_of_that_name", 2), ("", 5), ("def test_a(): pass\ndef test_a(: pass", 2)]
)
def test_what_is_no_failed_test_is_never_tried_again(text: str, status: int, tmp_path: Path) -> None:
    assert suite(tmp_path, a=text) == (status, "")


def test_what_failed_in_an_earlier_run_is_not_counted(tmp_path: Path) -> None:
    assert suite(tmp_path, a=BY_CHANCE % ("a", ALWAYS))[0] == 1
    assert suite(tmp_path, a="def test_a(): pass") == (0, "")
