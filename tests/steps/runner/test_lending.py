"""What one run did to the cache that it was lent is undone before the next has it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from laneshift.gates.sandbox import RunResult
from laneshift.steps.runner import bytecode
from laneshift.steps.runner.lending import Lent
from tests.steps.runner.conftest import Project, Projects

NAME = "m.cpython-311.pyc"
CLEAN = RunResult(0, "", 0.1, protections=("filesystem", "no-survivors", "pid-namespace"))
FILES = {"pkg/__init__.py": "", **{f"pkg/m{number}.py": f"VALUE = {number}\n" for number in range(25)}}
ALL = ";".join(f"import pkg.m{number}" for number in range(25))


def a_cache(tmp_path: Path) -> Path:
    cache = tmp_path / "cache"
    for place in ("p", "p/q", "r"):
        (cache / place).mkdir(parents=True)
        (cache / place / NAME).write_text(place)
    return cache


def seen(own: Path) -> dict[str, str]:
    """Every name below a folder, with where it points to if it is a link."""
    return {
        path.relative_to(own).as_posix(): str(path.readlink()) if path.is_symlink() else "" for path in own.rglob("*")
    }


def right(cache: Path) -> dict[str, str]:
    found = {path.relative_to(cache).as_posix(): path for path in cache.rglob("*")}
    return {name: "" if path.is_dir() else str(path) for name, path in found.items()}


def point_elsewhere(own: Path) -> None:
    (own / "p" / NAME).unlink()
    (own / "p" / NAME).symlink_to(own / "r" / NAME)


def write_instead(own: Path) -> None:
    (own / "p" / NAME).unlink()
    (own / "p" / NAME).write_text("poison")


def folder_instead_of_link(own: Path) -> None:
    (own / "p" / NAME).unlink()
    (own / "p" / NAME / "deep").mkdir(parents=True)
    (own / "p" / NAME / "deep" / "m.pyc").write_text("poison")


def link_instead_of_folder(own: Path) -> None:
    (own / "p" / "q" / NAME).unlink()
    (own / "p" / "q").rmdir()
    (own / "p" / "q").symlink_to(own / "r")


def add(own: Path) -> None:
    (own / "s" / "t").mkdir(parents=True)
    (own / "s" / "t" / NAME).write_text("poison")
    (own / "p" / "other.pyc").write_text("poison")


def take_away(own: Path) -> None:
    (own / "p" / "q" / NAME).unlink()
    (own / "p" / "q").rmdir()


CHANGES = [point_elsewhere, write_instead, folder_instead_of_link, link_instead_of_folder, add, take_away]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_a_run_changed_is_put_right(tmp_path: Path, change: Callable[[Path], None]) -> None:
    cache, own = a_cache(tmp_path), tmp_path / "own"
    bytecode.lend(cache, own)
    change(own)
    assert seen(own) != right(cache)
    bytecode.lend(cache, own)
    assert seen(own) == right(cache)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> bytecode.Known:
    """What is known of a cache whose folders count as settled at once."""
    monkeypatch.setattr(bytecode, "_SETTLED_AFTER_NS", -(10**12))
    return {}


def next_tick(folder: Path) -> None:
    """Return when the clock of the file system is later than any change so far."""
    probe = folder / "probe"
    probe.touch()
    then = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == then:
        probe.touch()
    probe.unlink()


def disguise(own: Path) -> None:
    """As a run would that wants its change not to be seen: the times that can be set are set back."""
    times = {path: path.lstat().st_mtime_ns for path in (own, *own.rglob("*"))}
    point_elsewhere(own)
    for path, at in times.items():
        if not path.is_symlink():
            os.utime(path, ns=(at, at))


def swap(own: Path) -> None:
    (own / "p" / "q").rename(own / "x")
    (own / "r").rename(own / "p" / "q")
    (own / "x").rename(own / "r")


@pytest.mark.parametrize("change", [*CHANGES, disguise, swap])
def test_what_is_known_of_a_cache_hides_no_change(
    tmp_path: Path, change: Callable[[Path], None], known: bytecode.Known
) -> None:
    cache, own = a_cache(tmp_path), tmp_path / "own"
    bytecode.lend(cache, own, known)
    assert known.keys() == {"", "/p", "/p/q", "/r"}
    next_tick(tmp_path)
    change(own)
    assert seen(own) != right(cache)
    bytecode.lend(cache, own, known)
    assert seen(own) == right(cache)


def test_what_is_known_is_not_looked_through_again(
    tmp_path: Path, known: bytecode.Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, own = a_cache(tmp_path), tmp_path / "own"
    bytecode.lend(cache, own, known)
    next_tick(tmp_path)
    (own / "r" / "n.cpython-311.pyc").write_text("new")
    (cache / "p" / "n.cpython-311.pyc").write_text("new")
    assert bytecode.written(own, known) == ["/r/n.cpython-311.pyc"]
    looked: list[str] = []
    put_right = bytecode._put_right

    def noting(theirs: str, ours: str) -> list[str]:
        looked.append(ours.removeprefix(str(own)))
        return put_right(theirs, ours)

    monkeypatch.setattr(bytecode, "_put_right", noting)
    bytecode.lend(cache, own, known)
    assert sorted(looked) == ["/p", "/r"]
    assert seen(own) == right(cache)


def test_a_folder_that_changed_just_now_is_looked_through_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytecode, "_SETTLED_AFTER_NS", 3600 * 10**9)
    cache, own, known = a_cache(tmp_path), tmp_path / "own", dict[str, bytecode.Seen]()
    bytecode.lend(cache, own, known)
    assert not known


def test_a_stall_after_the_look_makes_no_folder_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes while this process is stalled was not looked at, however long ago it is when the process goes on."""
    now, put_right = [time.time_ns()], bytecode._put_right

    def stalling(theirs: str, ours: str) -> list[str]:
        found = put_right(theirs, ours)
        now[0] += 10**10
        return found

    monkeypatch.setattr(bytecode, "_put_right", stalling)
    monkeypatch.setattr(bytecode, "time", SimpleNamespace(time_ns=lambda: now[0]))
    known = dict[str, bytecode.Seen]()
    bytecode.lend(a_cache(tmp_path), tmp_path / "own", known)
    assert not known


def test_what_the_cache_gained_and_lost_is_followed(tmp_path: Path) -> None:
    cache, own = a_cache(tmp_path), tmp_path / "own"
    bytecode.lend(cache, own)
    (cache / "p" / "q" / NAME).unlink()
    (cache / "p" / "q").rmdir()
    (cache / "n").mkdir()
    (cache / "n" / NAME).write_text("new")
    bytecode.lend(cache, own)
    assert seen(own) == right(cache)


def test_the_links_of_a_clean_run_are_kept_for_the_next(tmp_path: Path) -> None:
    cache, checkout = a_cache(tmp_path), tmp_path / "tree"
    lent = Lent(checkout, cache)
    made = (lent.path / "p" / NAME).lstat().st_ino
    lent.judge(CLEAN)
    lent.give_back()
    assert not lent.path.exists(), "at rest it has another name"
    assert (Lent(checkout, cache).path / "p" / NAME).lstat().st_ino == made


@pytest.mark.parametrize("missing", ["filesystem", "no-survivors", "pid-namespace"])
def test_nothing_is_kept_where_a_process_may_go_on_writing(tmp_path: Path, missing: str) -> None:
    cache, checkout = a_cache(tmp_path), tmp_path / "tree"
    lent = Lent(checkout, cache)
    lent.judge(RunResult(0, "", 0.1, protections=tuple(name for name in CLEAN.protections if name != missing)))
    lent.judge(CLEAN)
    lent.give_back()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache"]
    assert bool(list(cache.iterdir())) is (missing != "filesystem")


def test_what_a_killed_process_left_in_use_is_not_lent_again(tmp_path: Path) -> None:
    cache, checkout = a_cache(tmp_path), tmp_path / "tree"
    held = os.open(Lent(checkout, cache).path, os.O_RDONLY)
    try:
        assert Lent(checkout, cache).path.stat().st_ino != os.fstat(held).st_ino
    finally:
        os.close(held)


def test_a_run_that_points_a_module_elsewhere_does_not_reach_the_next(project: Projects) -> None:
    plain: Project = project(FILES)
    for _ in range(2):
        assert plain.python(ALL).ok
    where = (
        "import importlib.util as u, os; a, b = (u.cache_from_source(os.path.abspath(f'pkg/m{n}.py')) for n in (3, 4))"
    )
    code = (
        f"{where}\nready = os.path.islink(a)\nif ready: os.unlink(a); os.symlink(os.path.realpath(b), a)\nprint(ready)"
    )
    changed = plain.python(code)
    assert changed.output == f"{'mount' in plain.sandbox._wanted()}\n"
    assert plain.python("import pkg.m3; print(pkg.m3.VALUE)").output == "3\n"


def test_modules_of_the_tree_are_compiled_for_the_next_run_and_not_after_the_last(project: Projects) -> None:
    plain: Project = project(FILES)
    assert plain.python(ALL).ok
    kept = project.cache_dir / project.folder.relative_to("/")
    assert not [*kept.rglob("m3.*")], "who knows whether anybody runs there again"
    linked = "import importlib.util as u, os; print(os.path.islink(u.cache_from_source(os.path.abspath('pkg/m3.py'))))"
    assert plain.python(linked).output == f"{'mount' in plain.sandbox._wanted()}\n"
