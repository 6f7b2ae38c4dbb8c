"""Git asked about the work tree before anything else is loaded: the same answer, for the same place alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from laneshift.repo.child import Child
from laneshift.repo.first_look import FirstLook
from laneshift.repo.git import Place
from laneshift.repo.status import Looking, place_above, status
from tests.repo.builders import repo_at


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    repo_at(tmp_path / "repo", {"a/b.py": "b = 1\n"})
    (tmp_path / "repo" / "new.py").touch()
    monkeypatch.chdir(tmp_path / "repo" / "a")
    found = place_above(Path(), os.geteuid())
    assert found is not None
    return found


def _child_of(first: FirstLook) -> Child:
    child = first._child
    assert child is not None
    return child


def test_who_looks_later_takes_the_answer_of_the_first_look(place: Place) -> None:
    with FirstLook() as first:
        child = _child_of(first)
        with Looking(place, first=first) as looking:
            assert looking._begun._child is child
            assert looking.status() == status(place)
    assert child.code == 0


def test_another_place_and_another_question_are_asked_anew(place: Place, tmp_path: Path) -> None:
    other = repo_at(tmp_path / "other", {"c.py": "c = 1\n"})
    there = Place(other.git_dir, other.work_dir)
    with FirstLook() as first:
        for which, each in ((there, False), (place, True)):
            with Looking(which, each=each, first=first) as looking:
                assert looking.status() == status(which, each=each)
        child = _child_of(first)
    assert child.code is not None


def test_it_is_taken_once(place: Place) -> None:
    with FirstLook() as first, Looking(place, first=first) as one, Looking(place, first=first) as two:
        assert one.status() == two.status()


def test_nothing_is_asked_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with FirstLook() as first:
        assert first.place is None


def test_without_git_nothing_is_said_yet(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with FirstLook() as first:
        assert first.place is None


def test_nothing_heavy_is_loaded_first() -> None:
    heavy = "{'pathlib', 'typing', 'subprocess'}"
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}; import laneshift.repo.first_look; print({heavy} & {{*sys.modules}})"
    )
    assert Child([sys.executable, "-S", "-c", script], dict(os.environ)).outcome(b"", 60.0)[:2] == (0, b"set()\n")
