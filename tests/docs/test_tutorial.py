"""The tutorial and the examples of migration do what they say: every command is run, in a repository of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.executed import Asked, Written, fits, run, steps

DOCS = Path(__file__).resolve().parents[2] / "docs"


EXECUTED = ["tutorial.md", *(f"migrating/{peer}.md" for peer in ("rope", "import-linter", "mergetrain", "scripts"))]


@pytest.mark.parametrize("name", EXECUTED)
def test_a_page_does_what_it_says(name: str, tmp_path: Path) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert sum(isinstance(step, Asked) for step in steps(page)) > 5, "commands are found at all"
    (tmp_path / "reader").mkdir()
    assert "\n".join(run(page, tmp_path / "reader", tmp_path / "bin")) == ""


def test_what_a_page_says_is_read() -> None:
    page = (
        "Write `a/b.py` (short):\n\n```python\nx = 1\n```\n\n```console\n$ one \\\n> two\nsaid\n\nmore\n$ three\n```\n"
    )
    assert steps(page) == [Written("a/b.py", "x = 1\n"), Asked("one \\\ntwo", ("said", "", "more")), Asked("three", ())]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("```console\n$ echo one\ntwo\n```\n", "the page shows"),
        ("```console\n$ echo one\n```\n", "the page shows"),
        ("```console\n$ echo one; false\none\n```\n", "exit 1"),
        ("```console\n$ exit 0\n$ echo one\none\n```\n", "was never run"),
        ("```console\n$ cat a\n```\n", "exit 1"),
    ],
)
def test_a_page_that_is_wrong_is_found(page: str, said: str, tmp_path: Path) -> None:
    assert said in "\n".join(run(page, tmp_path, tmp_path / "bin"))


def test_a_file_of_the_page_is_there_for_its_commands(tmp_path: Path) -> None:
    page = "`a/b.txt`:\n\n```text\nhi $HOME\n```\n\n```console\n$ cd a && cat b.txt\nhi $HOME\n$ ls\nb.txt\n```\n"
    assert run(page, tmp_path, tmp_path / "bin") == []


@pytest.mark.parametrize(
    ("shown", "printed", "whether"),
    [
        (("a …", "b"), ("a 1", "b"), True),
        (("…", "b"), ("a", "a", "b"), True),
        (("…", "b"), ("b",), True),
        (("a",), ("a", "b"), False),
        (("a…c",), ("a", "c"), False),
        (("…", "c", "…"), ("a", "b"), False),
        (("a.c",), ("abc",), False),
    ],
)
def test_what_may_differ(shown: tuple[str, ...], printed: tuple[str, ...], whether: bool) -> None:
    assert fits(shown, printed) is whether
