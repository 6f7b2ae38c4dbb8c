"""One batch, worked on by processes whose clones share nothing but a remote and a database."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laneshift.evidence.records import Record
from laneshift.repo.objects import Repository
from laneshift.runs.plan import Plan
from laneshift.runs.working import check_base, state_of
from laneshift.runs.workshop import Workshop
from laneshift.wiring import workshop
from tests.repo.builders import commit_files, git_cli
from tests.runs.engine.clones import EPOCH, SHARED_BATCH, Fleet, changes, doubled, made
from tests.runs.engine.driving import until
from tests.runs.engine.network import Line, line_to
from tests.toy import laneshift, records, toy, tree_of


@dataclass(frozen=True)
class Alone:
    """What one undisturbed process on SQLite makes of the batch."""

    path: Path
    gate: Path
    made: dict[str, Any]
    landed: str


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    folder = tmp_path_factory.mktemp("alone")
    path, gate = toy(folder / "repo", changes(folder / "gate")), folder / "gate"
    gate.touch()
    (path / ".git/batch.tsv").write_text(SHARED_BATCH)
    done = laneshift(path, "ship", ".git/batch.tsv", "-j", "2", "--remote", "", env=EPOCH)
    assert done.code == 1, f"one item is set aside by design: {done.err}"
    return Alone(path, gate, made(records(path)), tree_of(path))


@pytest.fixture
def fleet(tmp_path: Path, postgres_url: str, alone: Alone) -> Iterator[Fleet]:
    found = Fleet(tmp_path, postgres_url.replace("+psycopg", ""), alone.gate)
    found.make(alone.path)
    yield found
    alone.gate.touch()
    found.end()


def shared_shop(fleet: Fleet, path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The records that the fleet shares, seen from this process."""
    for name, value in fleet.settings().items():
        monkeypatch.setenv(name, value)
    return workshop(Repository.open(path), lambda _: None)


@pytest.mark.chaos
def test_four_clones_do_what_one_process_does_whatever_befalls_three_of_them(
    fleet: Fleet,
    postgres_url: str,
    alone: Alone,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the middle of items one is killed, one paused for longer than the lease, one cut off from the database."""
    clones = [fleet.clone(f"clone-{number}") for number in range(4)]
    planned = fleet.run(clones[0], "plan", ".git/batch.tsv")
    assert planned.code == 0, planned.err
    shop = shared_shop(fleet, clones[1], monkeypatch)
    plan = shop.plans.load("batch")
    alone.gate.unlink()
    with ExitStack() as networks:
        lines = [networks.enter_context(line_to(postgres_url)) for _ in clones]
        with capsys.disabled():
            print(f"\ncut off by {lines[0].kind}")
        asked_for = [("run", "batch", "-j", "4"), *[("worker", "-j", "1")] * 3]
        processes = [
            fleet.start(path, *command, line=line) for path, command, line in zip(clones, asked_for, lines, strict=True)
        ]
        harmed, tokens = harm_three(dict(zip(processes, lines, strict=True)), postgres_url)
        alone.gate.touch()
        until(lambda: not state_of(shop, plan).unfinished, 240)
        found = worked(shop)
        assert made(found) == alone.made
        assert (doubled(found), shop.journal.check()) == ({}, [])
        assert all(fenced(postgres_url, token) for token in tokens), "their work was given to others"

        for line in lines:
            line.mend()
        come_back(harmed[1:], processes[0])
    assert worked(shop) == found, "who comes back late does nothing"
    assert_landed_by_any(fleet, clones, alone, shop, plan)


def worked(shop: Workshop) -> list[Record]:
    """All records of work. That a lease was lost is told by whoever lost it, when they wake up."""
    return [record for record in shop.journal.records() if record.kind != "worker.lease-lost"]


def harm_three(lines: Mapping[subprocess.Popen[str], Line], url: str) -> tuple[list[subprocess.Popen[str]], list[int]]:
    """Kill one that has an item in work, pause another one, cut a third one off. They, and their tokens."""
    whole, tokens = {process.pid: process for process in lines}, list[int]()
    harmed: list[subprocess.Popen[str]] = []
    harms: list[Callable[[subprocess.Popen[str]], None]] = [
        lambda process: process.kill(),
        lambda process: process.send_signal(signal.SIGSTOP),
        lambda process: lines[process].cut(),
    ]
    for harm in harms:
        held = first_holders(url, whole.keys())
        process = whole.pop(min(held))
        tokens.append(held[process.pid])
        harm(process)
        harmed.append(process)
    return harmed, tokens


def come_back(late: Sequence[subprocess.Popen[str]], asker: subprocess.Popen[str]) -> None:
    """Those who were paused or cut off go on; workers are told to end."""
    for process in late:
        process.send_signal(signal.SIGCONT)
        if process is not asker:
            process.terminate()
        _, err = process.communicate(timeout=120)
        # Cut off for long enough, a worker ends by itself, and may be told to when it has said why.
        ended_before = process.returncode == -signal.SIGTERM and "cure:" in err
        assert process.returncode in (0, 1, 4) or ended_before, err


def assert_landed_by_any(fleet: Fleet, clones: Sequence[Path], alone: Alone, shop: Workshop, plan: Plan) -> None:
    """Whatever is left to do with the batch is done in another clone each time."""
    # This clone may have made none of the trees: they are computed again, and are the same.
    landed = fleet.run(clones[3], "land", "batch", "--json")
    assert landed.code in (0, 1), landed.out + landed.err
    assert tree_of(fleet.remote, "main") == alone.landed
    assert doubled(shop.journal.records()) == {}
    told = fleet.run(clones[2], "status", "--json").data["batches"][0]
    assert (told["counts"]["done"], told["unfinished"]) == (3, [])
    for path in clones[2:]:
        verified = fleet.run(path, "verify", "batch", "--json")
        assert (verified.code, verified.data["trees"]) == (0, 2), verified.out
    back = fleet.run(clones[1], "rollback", "batch", "--json")
    assert back.code == 0, back.out
    assert tree_of(fleet.remote, "main") == plan.base_tree, "taken back by a clone that did not land it"


def test_a_clone_without_the_base_fetches_it_or_leaves_the_plan_to_others(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = fleet.clone("old")
    planner = fleet.clone("planner")
    pushed = commit_files(planner, {"core/more.py": "MORE = 1\n"}, "more")
    assert fleet.run(planner, "plan", ".git/batch.tsv").code == 0
    refused = fleet.run(old, "run", "batch", "--json")
    assert (refused.code, refused.data["error"]["code"]) == (2, "plan.no-base")
    assert "push" in refused.data["error"]["cure"]
    git_cli(planner, "push", "-q", "origin", "main")
    heads = git_cli(old, "for-each-ref", "refs/heads")
    shop = shared_shop(fleet, old, monkeypatch)
    check_base(shop, shop.plans.load("batch"))
    assert git_cli(old, "cat-file", "-t", pushed) == "commit"
    assert git_cli(old, "for-each-ref", "refs/heads") == heads, "no branch of the clone has moved"


def test_a_landing_that_only_one_clone_would_see_is_refused(fleet: Fleet) -> None:
    clone = fleet.clone("clone")
    assert fleet.run(clone, "plan", ".git/batch.tsv").code == 0
    refused = fleet.run(clone, "land", "batch", "--remote", "", "--json")
    assert (refused.code, refused.data["error"]["code"]) == (2, "land.no-remote")


def holders(url: str) -> dict[int, int]:
    """Tokens by process id of the workers that have an item in work."""
    held = (
        "SELECT w.token, w.name FROM laneshift.engine_workers w JOIN dbos.workflow_status s"
        " ON s.queue_name LIKE 'laneshift-' || w.token || '-%%' WHERE NOT w.fenced AND s.name = 'item'"
        " AND s.status = 'PENDING'"
    )
    return {int(name.rpartition(":")[2]): int(token) for token, name in asked(url, held)}


def first_holders(url: str, processes: Set[int]) -> dict[int, int]:
    """Which of the processes have an item in work, at the first look that finds one: at the next it may have ended."""
    found: dict[int, int] = {}

    def look() -> bool:
        held = holders(url)
        found.update({process: held[process] for process in processes & held.keys()})
        return bool(found)

    until(look, 240)
    return found


def fenced(url: str, token: int) -> bool:
    return bool(asked(url, f"SELECT fenced FROM laneshift.engine_workers WHERE token = {token}")[0][0])


def asked(url: str, question: str) -> list[Any]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = list(connection.exec_driver_sql(question))
    engine.dispose()
    return found
