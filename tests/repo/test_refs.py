"""Refs move by compare-and-swap: all or nothing, one winner, no lock left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import CheckFailed, Refused
from laneshift.repo import ref_names, refs
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import Repository
from laneshift.repo.refs import RefMoved, RefUpdate
from tests.repo.builders import WHEN, commit_files, git_cli, repo_at

WHO = Identity("T", "t@example.org")
MAIN = "refs/heads/main"


def child(repo: Repository, parent: str, text: str) -> str:
    return write_commit(repo, repo.tree(parent).oid, [parent], text, WHO, WHEN)


def test_create_move_and_delete(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    second = child(repo, first, "second")
    topic = ref_names.item_ref("core.tsv", "labs.a b/ü")
    refs.swap(repo, [RefUpdate(MAIN, first, second), RefUpdate(topic, None, first)])
    assert refs.read(repo, MAIN) == second
    assert refs.under(repo, "refs/heads/laneshift/") == {topic: first}
    assert git_cli(tmp_path, "rev-parse", topic) == first
    refs.delete(repo, topic, first)
    assert refs.read(repo, topic) is None
    assert refs.under(repo, "refs/heads") == {MAIN: second}
    assert git_cli(tmp_path, "fsck", "--strict") == ""


def test_one_stale_update_keeps_all_from_happening_and_tells_the_truth(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    second = child(repo, first, "second")
    refs.swap(repo, [RefUpdate("refs/heads/b", None, first)])
    cases = [
        RefUpdate("refs/heads/b", second, first),
        RefUpdate("refs/heads/b", None, second),
        RefUpdate("refs/heads/none", first, second),
        RefUpdate("refs/heads/b", second, None),
    ]
    for stale in cases:
        with pytest.raises(RefMoved) as caught:
            refs.swap(repo, [RefUpdate(MAIN, first, second), stale])
        assert caught.value.code == "refs.moved"
        assert (refs.read(repo, stale.ref) or "nothing") in caught.value.what
        assert refs.read(repo, MAIN) == first
        assert refs.read(repo, "refs/heads/b") == first


def test_packed_refs_are_read_moved_and_deleted(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    refs.swap(repo, [RefUpdate("refs/heads/b", None, first)])
    git_cli(tmp_path, "pack-refs", "--all")
    assert refs.read(repo, "refs/heads/b") == first
    refs.swap(repo, [RefUpdate("refs/heads/b", first, child(repo, first, "x"))])
    refs.delete(repo, "refs/heads/b", refs.read(repo, "refs/heads/b") or "")
    assert refs.read(repo, "refs/heads/b") is None
    assert git_cli(tmp_path, "for-each-ref", "refs/heads/b") == ""


def test_hostile_and_contradictory_updates_are_refused(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    git_cli(tmp_path, "symbolic-ref", "refs/heads/alias", MAIN)
    cases = [
        ([RefUpdate("HEAD", first, first)], "refs.bad-name"),
        ([RefUpdate("refs/heads/-x", None, first)], "refs.bad-name"),
        ([RefUpdate("refs/heads/a\0b", None, first)], "refs.bad-name"),
        ([RefUpdate("refs/heads/a\nb", None, first)], "refs.bad-name"),
        ([RefUpdate("refs/heads/../../x", None, first)], "refs.bad-name"),
        ([RefUpdate(MAIN, "main", first)], "refs.bad-id"),
        ([RefUpdate(MAIN, first, "0" * 40)], "refs.bad-id"),
        ([RefUpdate(MAIN, None, None)], "refs.no-change"),
        ([RefUpdate(MAIN, first, None), RefUpdate(MAIN, first, first)], "refs.twice"),
        ([RefUpdate("refs/heads/alias", first, None)], "refs.symbolic"),
    ]
    for updates, code in cases:
        with pytest.raises(Refused) as caught:
            refs.swap(repo, updates)
        assert caught.value.code == code
    for prefix in ("heads", "--all", "refs/*", "refs\n"):
        with pytest.raises(Refused):
            refs.under(repo, prefix)
    assert refs.under(repo, "refs") == {"refs/heads/alias": first, MAIN: first}


def test_a_ref_never_comes_to_point_at_something_incomplete(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    data = f"tree {'1' * 40}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n"
    broken = git_cli(tmp_path, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=data.encode())
    for new in (broken, "1" * 40, repo.tree("HEAD").entries["a"].oid):
        with pytest.raises(CheckFailed):
            refs.swap(repo, [RefUpdate(MAIN, first, new)])
        assert refs.read(repo, MAIN) == first


def test_of_many_threads_exactly_one_wins(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    base = repo.commit_id("HEAD")
    rivals = [child(repo, base, f"rival {number}") for number in range(8)]
    won: list[str] = []
    lost: list[str] = []

    def race(new: str) -> None:
        try:
            refs.swap(repo, [RefUpdate(MAIN, base, new), RefUpdate(f"refs/heads/{new}", None, new)])
            won.append(new)
        except RefMoved as error:
            lost.append(error.what)

    threads = [threading.Thread(target=race, args=(new,)) for new in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(lost) == 7
    assert refs.under(repo, "refs") == {MAIN: won[0], f"refs/heads/{won[0]}": won[0]}


RACE = """
import sys
from pathlib import Path
from laneshift.repo import refs
from laneshift.repo.objects import Repository
repo = Repository.open(Path(sys.argv[1]))
try:
    refs.swap(repo, [refs.RefUpdate("refs/heads/main", sys.argv[2], sys.argv[3])])
except refs.RefMoved:
    sys.exit(7)
"""


def test_of_many_processes_exactly_one_wins(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    base = repo.commit_id("HEAD")
    rivals = [child(repo, base, f"rival {number}") for number in range(5)]
    running = [subprocess.Popen([sys.executable, "-c", RACE, str(tmp_path), base, new]) for new in rivals]
    codes = [process.wait() for process in running]
    assert sorted(codes) == [0, 7, 7, 7, 7]
    assert refs.read(repo, MAIN) == rivals[codes.index(0)]


def test_the_lock_of_a_killed_move_is_removed_and_no_one_elses(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    second = child(repo, first, "second")
    repo.state_dir.mkdir()
    (repo.state_dir / "refs.moving").write_text(json.dumps([[MAIN, first, second]]))
    (repo.common_dir / f"{MAIN}.lock").write_text(second + "\n")
    (repo.common_dir / "packed-refs.lock").touch()
    (repo.common_dir / "HEAD.lock").touch()
    foreign = repo.common_dir / "refs/heads/other.lock"
    foreign.touch()
    refs.swap(repo, [RefUpdate(MAIN, first, second)])
    assert refs.read(repo, MAIN) == second
    assert foreign.exists()
    assert {path.name for path in repo.common_dir.rglob("*.lock")} == {"refs.lock", "other.lock"}
    assert not (repo.state_dir / "refs.moving").exists()


def test_a_lock_that_another_git_holds_is_respected(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    lock = repo.common_dir / f"{MAIN}.lock"
    lock.write_text("1" * 40 + "\n")
    with pytest.raises(CheckFailed) as caught:
        refs.swap(repo, [RefUpdate(MAIN, first, child(repo, first, "second"))])
    assert caught.value.code == "refs.failed"
    assert lock.exists()
    assert refs.read(repo, MAIN) == first


KILLED = """
import os, sys, threading, time
from pathlib import Path
from laneshift.repo import refs
from laneshift.repo.objects import Repository
repo = Repository.open(Path(sys.argv[1]))
one, two = sys.argv[2], sys.argv[3]
threading.Thread(target=lambda: (time.sleep(float(sys.argv[4])), os.killpg(0, 9)), daemon=True).start()
while True:
    now = refs.read(repo, "refs/heads/main")
    new = two if now == one else one
    refs.swap(repo, [refs.RefUpdate("refs/heads/main", now, new), refs.RefUpdate("refs/heads/x", now, new)])
"""


def test_killed_at_any_moment_both_refs_agree_afterwards(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    one = repo.commit_id("HEAD")
    two = child(repo, one, "second")
    refs.swap(repo, [RefUpdate("refs/heads/x", None, one)])
    for round_ in range(10):
        command = [sys.executable, "-c", KILLED, str(tmp_path), one, two, str(0.02 + 0.007 * round_)]
        assert subprocess.run(command, check=False, start_new_session=True).returncode == -9
        refs.settle(repo)
        main, other = refs.read(repo, MAIN), refs.read(repo, "refs/heads/x")
        assert main == other
        assert main in {one, two}
        refs.swap(repo, [RefUpdate(MAIN, main, one), RefUpdate("refs/heads/x", other, one)])
        assert refs.under(repo, "refs") == {MAIN: one, "refs/heads/x": one}
    assert {path.name for path in repo.common_dir.rglob("*.lock")} == {"refs.lock"}
    assert git_cli(tmp_path, "fsck", "--strict", "--no-dangling") == ""


def test_a_move_killed_between_two_refs_is_finished(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    second = child(repo, first, "second")
    cases = [
        (
            [[MAIN, first, second], ["refs/heads/x", None, second], ["refs/heads/gone", first, None]],
            second,
            second,
            None,
        ),
        ([[MAIN, first, second], ["refs/heads/x", second, first]], second, None, first),
        ([["refs/heads/x", None, first]], second, None, first),
    ]
    for moves, at_main, at_x, at_gone in cases:
        git_cli(tmp_path, "update-ref", MAIN, second)
        git_cli(tmp_path, "update-ref", "refs/heads/gone", first)
        git_cli(tmp_path, "update-ref", "-d", "refs/heads/x")
        repo.state_dir.mkdir(exist_ok=True)
        (repo.state_dir / "refs.moving").write_text(json.dumps(moves))
        refs.settle(repo)
        assert refs.read(repo, MAIN) == at_main
        assert refs.read(repo, "refs/heads/x") == at_x
        assert refs.read(repo, "refs/heads/gone") == at_gone
        assert not (repo.state_dir / "refs.moving").exists()


def test_a_note_cut_short_means_that_nothing_was_begun(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    first = repo.commit_id("HEAD")
    repo.state_dir.mkdir()
    (repo.state_dir / "refs.moving").write_text('[["refs/heads/main", "')
    refs.settle(repo)
    assert refs.under(repo, "refs") == {MAIN: first}


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab/.-@{}~^:?*[\\ \x01\x7f\u00fclock"), min_size=1, max_size=12))
def test_names_follow_the_rules_of_git(tail: str) -> None:
    ref = f"refs/{tail}"
    done = subprocess.run(["git", "check-ref-format", ref], check=False, capture_output=True)
    option_like = any(part.startswith("-") for part in ref.split("/"))
    assert ref_names.is_valid(ref) == (done.returncode == 0 and not option_like and ref.count("/") >= 2)


@settings(max_examples=300)
@given(
    st.sets(
        st.text(min_size=1, max_size=300) | st.sampled_from([".", "..", "a.lock", "-a", "@", "%2E", "a/b"]), min_size=2
    )
)
def test_components_are_safe_and_never_collide(texts: set[str]) -> None:
    made = {ref_names.component(text) for text in texts}
    assert len(made) == len(texts)
    for part in made:
        assert ref_names.is_valid(f"refs/heads/laneshift/{part}")
        assert "/" not in part
        assert len(part) <= 200


def test_ordinary_item_names_stay_readable() -> None:
    assert ref_names.item_ref("batch_core", "labs.a.b") == "refs/heads/laneshift/batch_core/labs.a.b"
    with pytest.raises(Refused):
        ref_names.item_ref("", "x")


def test_the_history_of_a_clone_is_whole_after_moves(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", {"a": "1"})
    second = commit_files(tmp_path / "repo", {"b": "2"})
    refs.swap(repo, [RefUpdate("refs/heads/topic", None, second)])
    git_cli(tmp_path, "clone", "-q", "--no-local", "repo", "clone")
    assert git_cli(tmp_path / "clone", "fsck", "--strict") == ""
