"""The command of a suite: which ones are pytest, where its configuration comes from, and how many files fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.steps.runner.command import is_pytest, pytest_command, selected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["python", "-m", "pytest"], True),
        (["/venv/bin/python3.12", "-W", "error", "-m", "pytest", "-q"], True),
        (["pytest", "-q"], True),
        (["/venv/bin/py.test"], True),
        (["python", "-m", "unittest"], False),
        (["python", "-m"], False),
        (["python", "pytest.py"], False),
        (["make", "pytest"], False),
        ([], False),
    ],
)
def test_what_is_pytest(command: list[str], expected: bool) -> None:
    assert is_pytest(command) is expected


def build(checkout: Path, *files: str, command: tuple[str, ...] = ("python", "-m", "pytest")) -> tuple[str, ...]:
    """The command for a session, with its private folder beside the checkout."""
    scratch = checkout.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return pytest_command(command, files, checkout, scratch)


def test_configuration_is_the_nearest_one_inside_the_checkout(tmp_path: Path) -> None:
    checkout = tmp_path / "tree"
    (checkout / "sub" / "tests").mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert "--confcutdir" in build(checkout)
    (checkout / "pyproject.toml").write_text("[tool.other]\n")
    assert "--confcutdir" in build(checkout)
    (checkout / "setup.cfg").write_text("[tool:pytest]\n")
    assert str(checkout / "setup.cfg") in build(checkout)
    (checkout / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    assert str(checkout / "pyproject.toml") in build(checkout, "sub/tests")
    (checkout / "sub" / "pytest.ini").write_text("")
    assert str(checkout / "sub" / "pytest.ini") in build(checkout, command=("pytest", "-q", "sub/tests"))


def test_a_broken_configuration_is_shown_to_pytest(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "pyproject.toml").write_text("[tool.pytest\n")
    assert str(tmp_path / "tree" / "pyproject.toml") in build(tmp_path / "tree")


def test_a_command_with_its_own_configuration_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    assert build(tmp_path / "tree", command=("pytest", "-c", "x.ini")).count("-c") == 1
    assert "--confcutdir" not in build(tmp_path / "tree", command=("pytest", "--config-file=x.ini"))


def test_more_files_than_a_command_line_holds_go_into_a_file(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    few, many = [f"t/{n}.py" for n in range(5)], [f"tests/{'x' * 90}/{n}.py" for n in range(6000)]
    assert build(tmp_path / "tree", *few)[-5:] == tuple(few)
    last = build(tmp_path / "tree", *many)[-1]
    assert Path(last.removeprefix("@")).read_text().splitlines() == many


def test_selected_ids_have_one_form_each_once() -> None:
    assert selected(["./a//b.py::t[x//y]", "a/b.py::t[x//y]", "a/"]) == ("a/b.py::t[x//y]", "a")
