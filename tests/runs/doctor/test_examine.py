"""The doctor on real repositories, each with one thing wrong that it has to find."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.evidence.journal import Journal
from laneshift.runs.doctor.examine import examine
from laneshift.runs.doctor.locks import git_locks
from laneshift.runs.doctor.row import Row
from laneshift.runs.engine.choose import choose
from laneshift.runs.engine.reach import reach
from tests.repo.builders import git_cli, write_files
from tests.toy import copy_of, laneshift, shop_at, toy

DAY = 24 * 3600


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with its index built. Take a copy."""
    path = toy(tmp_path_factory.mktemp("doctor") / "repo")
    shop = shop_at(path)
    shop.index.refresh(shop.repository.tree("HEAD"))
    return path


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Path:
    """A healthy repository of one test."""
    return copy_of(template, tmp_path / "repo")


def told(path: Path, **environment: str) -> dict[str, list[Row]]:
    """The rows by check, without the machine's own: its disk, and the trials of isolation, which take seconds."""
    found: dict[str, list[Row]] = {}
    for row in examine(path, environment, trials=lambda: ()):
        if not row.check.startswith("disk: ") or row.check == "disk: used":
            found.setdefault(row.check, []).append(row)
    return found


def test_a_healthy_repository_is_ok_and_is_left_as_it_was(repo: Path) -> None:
    before = sorted(str(path) for path in repo.rglob("*"))
    rows = told(repo)
    assert {check: [row.status for row in found] for check, found in rows.items()} == {
        check: ["ok"]
        for check in (
            "python", "git", "object format", "work tree", "target", "identity", "locks", "hooks",
            "settings", "index", "journal", "key: journal", "key: attestation", "access keys", "passkeys", "engine",
            "disk: used",
        )
    }  # fmt: skip
    assert rows["target"][0].what.startswith("main at ")
    assert rows["disk: used"][0].data["index"] > 0
    assert sorted(str(path) for path in repo.rglob("*")) == before


def edit(path: Path) -> None:
    write_files(path, {"core/app.py": "changed = True\n", "labs/\x1b[2J.py": ""})
    git_cli(path, "add", "-A")


def half_merged(path: Path) -> None:
    (path / ".git/MERGE_HEAD").write_text(git_cli(path, "rev-parse", "HEAD") + "\n")


def nobody(path: Path) -> None:
    git_cli(path, "config", "--unset", "user.email")


def locked(path: Path) -> None:
    lock = path / ".git/refs/heads/main.lock"
    lock.touch()
    os.utime(lock, (time.time() - 3 * DAY,) * 2)


def detached(path: Path) -> None:
    git_cli(path, "checkout", "-q", "--detach")


def elsewhere(path: Path) -> None:
    git_cli(path, "switch", "-q", "-c", "topic")
    write_files(path, {"laneshift.toml": 'target = "main"\n' + (path / "laneshift.toml").read_text()})
    git_cli(path, "commit", "-q", "-am", "land on main")
    git_cli(path, "worktree", "add", "-q", str(path.parent / "other"), "main")


def no_target(path: Path) -> None:
    write_files(path, {"laneshift.toml": 'target = "release"\n'})
    git_cli(path, "commit", "-q", "-am", "settings")


def bad_settings(path: Path) -> None:
    write_files(path, {"laneshift.toml": "workers = -1\n[tests]\nmemory_mib = 1\n"})
    git_cli(path, "commit", "-q", "-am", "settings")


def bad_settings_on_disk(path: Path) -> None:
    write_files(path, {"laneshift.toml": "workers = -1\n"})


def bad_journal(path: Path) -> None:
    state = path / ".git/laneshift"
    for side in state.glob("journal.sqlite*"):
        side.unlink()
    (state / "journal.sqlite").write_bytes(b"no database\n" * 100)


@pytest.mark.parametrize(
    ("fault", "check", "status", "says"),
    [
        (edit, "work tree", "warn", "2 file(s) with local changes: core/app.py, labs/\\x1b[2J.py"),
        (half_merged, "work tree", "fail", "a merge is half done in "),
        (nobody, "identity", "fail", "git has no user.email"),
        (locked, "locks", "fail", "refs/heads/main.lock stands for 3.0 days, made by "),
        (detached, "target", "warn", "no target"),
        (elsewhere, "target", "warn", "main is checked out in "),
        (no_target, "target", "fail", "there is no branch release"),
        (bad_settings, "settings", "fail", "workers: "),
        (bad_settings_on_disk, "settings, uncommitted", "fail", "workers: "),
        (bad_journal, "journal", "fail", ""),
    ],
)
def test_each_fault_is_found(repo: Path, fault: Callable[[Path], None], check: str, status: str, says: str) -> None:
    fault(repo)
    rows = told(repo)
    assert rows[check][0].status == status
    assert says in rows[check][0].what
    assert rows[check][0].cure
    assert status == "warn" or rows[check][0].command, "what to run next"
    others = {name for name, found in rows.items() if name != check and any(row.status == "fail" for row in found)}
    assert not others


def test_settings_are_told_all_at_once(repo: Path) -> None:
    bad_settings(repo)
    assert [row.what.partition(":")[0] for row in told(repo)["settings"]] == ["workers", "tests.memory_mib"]


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"LANESHIFT_DATABASE_URL": "mysql://u:secret@h/d"}, "the database URL is not one of PostgreSQL"),
        ({"LANESHIFT_ENGINE": "steam"}, "no engine has this name"),
        ({"LANESHIFT_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/d"}, "the database of runs failed"),
        ({"LANESHIFT_ENGINE": "temporal://127.0.0.1:1/default"}, "the Temporal server failed or cannot be reached"),
    ],
)
def test_an_engine_that_cannot_be_had_fails_without_telling_secrets(
    repo: Path, environment: dict[str, str], says: str
) -> None:
    (row,) = told(repo, **environment)["engine"]
    assert (row.status, says in row.what) == ("fail", True)
    assert "secret" not in str(row)


def test_a_store_that_cannot_be_written_fails(repo: Path) -> None:
    with pytest.raises(CheckFailed) as failure:
        reach(choose({}), repo / "laneshift.toml")
    assert (failure.value.code, failure.value.what) == ("engine.store-failed", "SQLite cannot write here")
    shutil.rmtree(repo / ".git/laneshift")
    assert told(repo)["engine"][0].status == "ok"
    assert not (repo / ".git/laneshift").exists()


def test_objects_in_another_format_fail(tmp_path: Path) -> None:
    path = tmp_path / "new"
    path.mkdir()
    git_cli(path, "init", "-q", "--object-format=sha256", ".")
    rows = told(path)
    assert rows["object format"][0].status == "fail"
    assert "sha256" in rows["object format"][0].what
    assert rows["python"][0].status == "ok"


def test_no_repository_and_no_commit_fail_and_the_machine_is_told_all_the_same(tmp_path: Path) -> None:
    rows = told(tmp_path)
    assert rows["repository"][0].status == "fail"
    assert rows["git"][0].status == "ok"
    git_cli(tmp_path, "init", "-q", "-b", "main", ".")
    empty = told(tmp_path)
    assert empty["settings"][0].status == "fail"
    assert "names no tree" in empty["settings"][0].what


def test_no_git_at_all_fails(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    rows = told(repo)
    assert (rows["git"][0].status, rows["git"][0].cure) == ("fail", "install git")


def test_whoever_has_a_lock_open_is_named(repo: Path) -> None:
    lock = repo / ".git/index.lock"
    with lock.open("w"):
        os.utime(lock, (time.time() - 2 * DAY,) * 2)
        (found,) = git_locks(repo / ".git", time.time())
    assert (found.pid, found.path) == (os.getpid(), str(lock))
    (closed,) = git_locks(repo / ".git", time.time())
    assert closed.pid == 0
    assert 2 * DAY <= closed.age < 2 * DAY + 3600
    (repo / ".git/HEAD.lock").symlink_to("/etc/hostname")
    assert len(git_locks(repo / ".git", time.time())) == 1


def test_a_journal_is_counted(repo: Path) -> None:
    with_records = Journal.open(repo / ".git/laneshift/journal.sqlite")
    with_records.append("a", "kind", {})
    with_records.close()
    assert told(repo)["journal"][0].what == "1 record(s)"


def test_the_command_ends_with_one_when_something_fails(repo: Path) -> None:
    done = laneshift(repo, "doctor", "--json")
    checks = {row["check"]: row["status"] for row in done.data["rows"]}
    assert done.data["status"] == (
        "fail" if "fail" in checks.values() else "warn" if "warn" in checks.values() else "ok"
    )
    assert done.code == int(done.data["status"] == "fail")
    assert {"isolation: network", "isolation: memory", "disk: repository", "disk: temporary"} <= set(checks)
    locked(repo)
    wrong = laneshift(repo, "doctor", "-q")
    assert wrong.code == 1
    lines = wrong.out.splitlines()
    assert any(line.startswith("fail  locks") and "main.lock stands for 3.0 days" in line for line in lines)
    assert any("cure: while no git runs here: rm " in line for line in lines)
    assert lines[-1].startswith("next: rm '/"), "what mends the first failure"
