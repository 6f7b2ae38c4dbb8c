"""What is kept of a bytecode cache, and which folders of it are looked through again."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from laneshift.repo import bytecode
from laneshift.repo.bytecode import Caches

_LONG_AGO = 1_700_000_000


def compiled(cache: Path, source: Path) -> Path:
    """A cache file for a source that is older than it."""
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("X = 1\n")
    file = cache / source.relative_to("/").with_name(f"{source.stem}.cpython-311.pyc")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"code")
    ahead = time.time() + 60
    os.utime(file, (ahead, ahead))
    return file


def settle(*folders: Path) -> None:
    """Let folders look as if nothing had come or gone for long."""
    for folder in folders:
        os.utime(folder, (_LONG_AGO, _LONG_AGO))


def stale(file: Path) -> None:
    """Let a cache file look older than its source, without a trace in its folder."""
    os.utime(file, (_LONG_AGO, _LONG_AGO))


def test_what_is_fresh_stays_and_what_has_no_source_goes_with_its_folders(tmp_path: Path) -> None:
    cache, checkout = tmp_path / "cache", tmp_path / "tree"
    kept = compiled(cache, checkout / "a/m.py")
    gone = compiled(cache, tmp_path / "private-of-a-run/plugin/p.py")
    (tmp_path / "private-of-a-run/plugin/p.py").unlink()
    link = kept.with_name("n.cpython-311.pyc")
    link.symlink_to(kept)
    assert Caches().drop_stale(cache, checkout) == 2
    assert kept.exists()
    assert not link.is_symlink()
    assert not gone.parent.parent.exists()
    assert gone.parent.parent.parent.is_dir()


def test_the_folder_of_the_checkout_is_there_before_a_run_and_nothing_else_is(tmp_path: Path) -> None:
    cache, real, caches = tmp_path / "cache", tmp_path / "real", Caches()
    (tmp_path / "tree").symlink_to(real)
    own = cache / real.relative_to("/")
    for _ in range(2):
        (own / "pkg").mkdir(parents=True)
        assert caches.drop_stale(cache, tmp_path / "tree") == 0
        assert [path for path in cache.rglob("*") if not own.is_relative_to(path)] == []
        assert own.is_dir()
    for above in (own, own.parent):
        own.rmdir()
        if above != own:
            own.parent.rmdir()
        above.symlink_to(tmp_path)
        assert caches.drop_stale(cache, tmp_path / "tree") == 1
        assert own.is_dir()
        assert not above.is_symlink()


def test_the_checkout_is_looked_through_every_time(tmp_path: Path) -> None:
    cache, checkout, caches = tmp_path / "cache", tmp_path / "tree", Caches()
    file = compiled(cache, checkout / "m.py")
    for _ in range(2):
        settle(file.parent, checkout)
        assert caches.drop_stale(cache, checkout) == 0
    stale(file)
    settle(file.parent, checkout)
    assert caches.drop_stale(cache, checkout) == 1


@pytest.mark.parametrize("changed", ["cache", "source", "nothing"])
def test_a_folder_beside_the_checkout_is_looked_through_again_when_it_or_its_source_changed(
    tmp_path: Path, changed: str
) -> None:
    """With nothing changed the stale file is not even seen: that shows that the folder was passed over."""
    cache, library, caches = tmp_path / "cache", tmp_path / "library", Caches()
    file = compiled(cache, library / "m.py")
    settle(file.parent, library)
    assert caches.drop_stale(cache, tmp_path / "tree") == 0
    stale(file)
    settle(file.parent, library)
    if changed != "nothing":
        os.utime(file.parent if changed == "cache" else library)
    assert caches.drop_stale(cache, tmp_path / "tree") == (0 if changed == "nothing" else 1)


def test_what_changed_just_now_is_looked_through_again(tmp_path: Path) -> None:
    """Two changes may fall within one tick of the clock, so that the second leaves no trace in the folder's time."""
    cache, library, caches = tmp_path / "cache", tmp_path / "library", Caches()
    file = compiled(cache, library / "m.py")
    ahead = time.time() + 3600
    os.utime(library, (ahead, ahead))
    assert caches.drop_stale(cache, tmp_path / "tree") == 0
    stale(file)
    assert caches.drop_stale(cache, tmp_path / "tree") == 1


def test_a_change_during_a_stall_after_the_look_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, look_through = [time.time_ns()], bytecode._look_through
    cache, library, caches = tmp_path / "cache", tmp_path / "library", Caches()
    file = compiled(cache, library / "m.py")

    def stalling(folder: str, source: str) -> tuple[list[str], int, int]:
        found = look_through(folder, source)
        if folder == os.fspath(file.parent):
            os.utime(library)
            now[0] += 10**10
        return found

    monkeypatch.setattr(bytecode, "_look_through", stalling)
    monkeypatch.setattr(bytecode, "time", SimpleNamespace(time_ns=lambda: now[0]))
    settle(file.parent, library)
    assert caches.drop_stale(cache, tmp_path / "tree") == 0
    stale(file)
    assert caches.drop_stale(cache, tmp_path / "tree") == 1


def test_folders_below_one_that_is_passed_over_are_still_looked_through(tmp_path: Path) -> None:
    cache, library, caches = tmp_path / "cache", tmp_path / "library", Caches()
    above, below = compiled(cache, library / "m.py"), compiled(cache, library / "deep/n.py")
    settle(above.parent, below.parent, library, library / "deep")
    assert caches.drop_stale(cache, tmp_path / "tree") == 0
    stale(below)
    os.utime(library / "deep")
    settle(above.parent, library)
    assert caches.drop_stale(cache, tmp_path / "tree") == 1
    assert above.exists()
