"""Each rule of the doctor with its seeded fault, and with what it must not complain about."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.index.coverage import Coverage
from laneshift.errors import CheckFailed, Fault, Refused
from laneshift.runs.doctor import disk
from laneshift.runs.doctor.agents import agents_row
from laneshift.runs.doctor.configured import settings_rows
from laneshift.runs.doctor.isolation import Kernel, isolation_rows, read_kernel
from laneshift.runs.doctor.locks import STALE_SECONDS, Lock, lock_rows
from laneshift.runs.doctor.remembered import index_row, journal_row
from laneshift.runs.doctor.row import Row, Status, failed, worst
from laneshift.runs.doctor.tools import git_row, installing, python_row
from laneshift.runs.doctor.work_tree import WorkTree, identity_row, target_row, tree_rows
from laneshift.steps.runner import capabilities

KERNELS = (Kernel(("sudo sysctl -w user.max_user_namespaces=15000",)), Kernel(), Kernel(linux=False))
"""One that closes namespaces by a switch, one that does not, and one of another system."""
OWN = WorkTree("/repo", "refs/heads/main", own=True)


@pytest.mark.parametrize(("version", "status"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((4, 0, 0), "ok")])
def test_an_old_python_fails(version: tuple[int, ...], status: Status) -> None:
    assert python_row(version).status == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("git version 2.26.3", "fail"),
        ("git version 2.27.0", "warn"),
        ("git version 2.36.0", "ok"),
        ("git version 2.39.5 (Apple Git-154)", "ok"),
        ("git version 3.0.windows.1", "ok"),
        ("jj 0.20", "fail"),
        ("", "fail"),
    ],
)
def test_an_old_git_fails_and_one_that_does_not_wait_for_the_disk_warns(said: str, status: Status) -> None:
    row = git_row(said)
    assert row.status == status
    assert bool(row.cure) == (status != "ok")
    assert row.command == ("" if status == "ok" else "git --version")


def test_what_the_machine_lacks_leads_to_what_helps_and_not_back_to_the_doctor() -> None:
    assert python_row((3, 10, 9)).command == "python3.11 -m pip install laneshift"
    assert installing("git", lambda name: name if name in ("dnf", "brew") else None) == "sudo dnf install git"
    assert installing("git", lambda _: None) == ""
    assert git_row("git version 2.26.3", "brew install git").command == "brew install git"
    lost = [capabilities.Capability(name, holds=False, why="it got out") for name in ("processes", "time", "memory")]
    rows = {kernel: [*isolation_rows(lost, kernel), agents_row(lost, kernel)] for kernel in KERNELS}
    commands = {kernel: {row.command for row in found} for kernel, found in rows.items()}
    assert all(row.status == "fail" for found in rows.values() for row in found)
    opened, stock, foreign = (commands[kernel] for kernel in KERNELS)
    assert opened == {"sudo sysctl -w user.max_user_namespaces=15000"}
    assert {command.partition(" ")[0] for command in stock} == {"unshare"}
    assert {command.partition(" ")[0] for command in foreign} == {"docker"}


def test_without_namespaces_the_protections_that_are_gone_warn() -> None:
    rows = isolation_rows(capabilities.capabilities(()), Kernel())
    told = {row.check.removeprefix("isolation: "): row.status for row in rows}
    assert {name for name, status in told.items() if status == "warn"} == {
        "namespaces", "network", "filesystem", "temporary",
    }  # fmt: skip
    assert told["processes"] == told["memory"] == told["time"] == "ok"
    assert all(row.why and row.cure for row in rows if row.status != "ok")


@pytest.mark.parametrize("name", ["processes", "time", "memory"])
def test_a_test_that_can_take_the_machine_along_fails(name: str) -> None:
    (row,) = isolation_rows([capabilities.Capability(name, holds=False, why="it got out")], Kernel())
    assert (row.status, row.what) == ("fail", "it got out")


def test_the_switch_that_is_closed_is_named(tmp_path: Path) -> None:
    for name, value in (("kernel/unprivileged_userns_clone", "0"), ("user/max_user_namespaces", "15000")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{value}\n")
    lost = [capabilities.Capability("network", holds=False, why="reached")]
    (row,) = isolation_rows(lost, read_kernel(tmp_path))
    assert row.cure == "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    assert "--privileged" in isolation_rows(lost, Kernel())[0].cure
    assert "Linux" in isolation_rows(lost, read_kernel(tmp_path / "nothing"))[0].cure


@pytest.mark.parametrize(
    ("available", "status"), [(disk.LEAST - 1, "fail"), (disk.ENOUGH - 1, "warn"), (disk.ENOUGH, "ok")]
)
def test_a_full_disk_fails(available: int, status: Status) -> None:
    assert disk.free_row("repository", "/repo", available).status == status


def test_what_is_used_is_counted_by_part(tmp_path: Path) -> None:
    for name in ("pool/0/tree/a", "evidence/ab/c", "journal.sqlite"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * 50_000)
    sizes = disk.used(tmp_path)
    assert all(50_000 <= sizes[name] < 200_000 for name in ("pool", "evidence", "other"))
    assert sizes["index"] == 0
    assert disk.used_row(sizes).data == sizes
    assert disk.used(tmp_path / "nowhere")["other"] == 0
    assert disk.free(tmp_path / "not" / "yet") > 0


def test_changes_and_half_done_merges_are_told() -> None:
    assert [row.status for row in tree_rows([OWN])] == ["ok"]
    assert [row.status for row in tree_rows([])] == ["ok"]
    (dirty,) = tree_rows([WorkTree("/repo", "", changed=("a", "b", "c", "d"), own=True)])
    assert (dirty.status, dirty.what) == ("warn", "4 file(s) with local changes: a, b, c, …")
    (merging,) = tree_rows([WorkTree("/repo", "", half_done="a merge", own=True)])
    assert (merging.status, merging.cure) == ("fail", "git merge --continue, or git merge --abort")
    assert merging.command == "git merge --continue"


def test_what_is_half_done_elsewhere_is_ended_there() -> None:
    (rebasing,) = tree_rows([OWN, WorkTree("/a b", "", half_done="a rebase")])
    assert rebasing.command == "git -C '/a b' rebase --continue"
    assert rebasing.cure == "git -C '/a b' rebase --continue, or git -C '/a b' rebase --abort"


def test_a_target_that_is_missing_or_elsewhere_is_told() -> None:
    tip = "1" * 40
    other = WorkTree("/other", "refs/heads/main")
    assert target_row("refs/heads/main", tip, [OWN]).status == "ok"
    assert target_row("refs/heads/main", None, [OWN]).status == "fail"
    assert target_row("", None, [OWN]).status == "warn"
    elsewhere = target_row("refs/heads/main", tip, [WorkTree("/repo", "refs/heads/topic", own=True), other])
    assert (elsewhere.status, elsewhere.what) == ("warn", "main is checked out in /other")


def test_nobody_to_commit_as_fails() -> None:
    assert identity_row("Ada", "ada@example.org").status == "ok"
    assert identity_row("", "").what == "git has no user.name and no user.email"
    assert identity_row("Ada", "").command == "git config user.email YOU@EXAMPLE.ORG"


def test_only_locks_that_nobody_can_still_need_fail() -> None:
    young = Lock("/repo/.git/index.lock", STALE_SECONDS - 1, "ada")
    (none,) = lock_rows([young])
    assert (none.status, none.what) == ("ok", "no lock of git is older than a day, 1 in use")
    (left,) = lock_rows([young, Lock("/re po/it's.lock", 2 * STALE_SECONDS, "ada")])
    assert left.what == "/re po/it's.lock stands for 2.0 days, made by ada, nobody has it open"
    assert left.cure == "while no git runs here: rm '/re po/it'\\''s.lock'"
    (held,) = lock_rows([Lock("/x.lock", 2 * STALE_SECONDS, "ada", 42)])
    assert held.cure == "look at process 42, and end it"
    many = lock_rows([Lock(f"/{number}.lock", 2 * STALE_SECONDS, "ada") for number in range(50)])
    assert many[-1].what == "30 more locks are older than a day"


def rows_of(text: str, there: tuple[str, ...] = (), files: tuple[str, ...] = ()) -> list[Row]:
    def find(program: str) -> str | None:
        return f"/usr/bin/{program}" if program == "pytest" else None

    read = {"laneshift.toml": text.encode()}.get
    return settings_rows(read, there.__contains__, files, find, {"pytest", "tox"}.__contains__)


def test_tests_that_the_python_of_laneshift_cannot_run_are_told() -> None:
    assert [row.status for row in rows_of("")] == ["ok"]
    (row,) = rows_of('[tests]\ncommand = ["python", "-m", "nox"]\n')
    assert (row.status, row.cure) == ("fail", shlex.join([sys.executable, "-m", "pip", "install", "nox"]))
    assert sys.executable in row.why
    for fine in ('["python3", "-m", "tox"]', '["python", "run.py"]', '["python", "-m", "own.tests"]'):
        assert [row.status for row in rows_of(f"[tests]\ncommand = {fine}\n")] == ["ok"]


def test_every_fault_of_the_settings_is_told_at_once() -> None:
    rows = rows_of('workers = "two"\nunknown = 1\n[tests]\naudit = 2.0\n')
    assert [row.status for row in rows] == ["fail"] * 3
    said = " ".join(row.what for row in rows)
    assert all(name in said for name in ("workers", "unknown", "tests.audit"))
    assert [row.status for row in rows_of("workers = ")] == ["fail"]
    assert "never" in rows_of('[lanes.a]\npaths = ["a/**"]\nmay_import = ["never"]\n')[0].what


def test_settings_that_name_what_is_not_there_are_told() -> None:
    text = 'source_roots = ["src"]\n[tests]\npaths = ["tests"]\nalways = ["t.py::x"]\nsmoke = ["gone.py::TestX::y"]\n'
    assert [row.what for row in rows_of(text, ("src", "tests", "t.py"))] == [
        "tests.smoke names 'gone.py::TestX::y', which the tree does not have"
    ]
    (lane,) = rows_of('[lanes.a]\npaths = ["a/**"]\n[lanes.b]\npaths = ["bb/**"]\n', (), ("a/x.py",))
    assert (lane.status, lane.what) == ("warn", "lane b has no files")
    (command,) = rows_of('[tests]\ncommand = ["tox", "-e", "py"]\n')
    assert (command.status, command.cure) == ("fail", "install it, or mend tests.command")
    assert rows_of("[tests]\ncommand = []\n")[0].status == "fail"
    assert [row.status for row in rows_of('[tests]\ncommand = ["pytest"]\n')] == ["ok"]


def test_an_index_that_lags_behind_warns() -> None:
    assert index_row(Coverage(True, 95, 100), 1 << 20).status == "ok"
    assert index_row(Coverage(True, 50, 100), 1 << 20).what.endswith("the next plan reads the rest")
    assert index_row(Coverage(False, 0, 100), 0) == Row(
        "index", "ok", "none yet: the first plan reads 100 Python file(s)", data={"known": 0, "files": 100, "bytes": 0}
    )
    assert index_row(Coverage(True, 0, 0), 0).what == "HEAD has no Python files"
    assert journal_row(None).status == journal_row(3).status == "ok"


@given(st.lists(st.sampled_from(["ok", "warn", "fail"])))
def test_one_failure_fails_the_whole(statuses: list[Status]) -> None:
    whole = worst(Row("check", status, "what") for status in statuses)
    assert whole == ("fail" if "fail" in statuses else "warn" if "warn" in statuses else "ok")


def test_an_error_becomes_a_row_for_each_of_its_faults() -> None:
    error = CheckFailed("a.b", "what", where="here", why="why", cure="cure")
    assert failed("check", error) == [
        Row("check", "fail", "what: here", "why", "cure", command="laneshift explain a.b")
    ]
    many = Refused("a.b", "2 fault(s)", faults=[Fault("a.c", "x:1", "one", "mend one"), Fault("a.d", "x:2", "two")])
    assert [(row.what, row.cure) for row in failed("check", many)] == [("one", "mend one"), ("two", "")]
