"""A clone that is lost in the middle, with all that it had made: what it began is finished by another one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.evidence.records import Record
from laneshift.repo.objects import Repository
from laneshift.wiring import workshop
from tests.chaos.dying import killed
from tests.monorepo import BATCH
from tests.remote import MAIN, at, hook, others_push
from tests.repo.builders import git_cli
from tests.runs.engine.clones import Fleet
from tests.sweeps import FULL
from tests.toy import tree_of

pytestmark = pytest.mark.chaos

MOMENTS = {"before the push": ("after", "rollback.intended"), "after the push": ("before", "rollback.recorded")}
PLAYED = MOMENTS if FULL else ["before the push"]
MOVES = BATCH if FULL else BATCH.splitlines(keepends=True)[0]
LATER = {"SOURCE_DATE_EPOCH": "1800000000"}


@pytest.fixture
def fleet(tmp_path: Path, postgres_url: str, ready_toy: Path) -> Iterator[Fleet]:
    gate = tmp_path / "gate"
    gate.touch()
    found = Fleet(tmp_path, postgres_url.replace("+psycopg", ""), gate)
    found.make(ready_toy)
    yield found
    found.end()


def clone(fleet: Fleet, name: str) -> Path:
    path = fleet.clone(name)
    (path / ".git/batch.tsv").write_text(MOVES)
    return path


def told(fleet: Fleet, path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """What the shared journal has of a kind, as a clone sees it."""
    for name, value in fleet.settings().items():
        monkeypatch.setenv(name, value)
    shop = workshop(Repository.open(path), lambda _: None)
    try:
        return shop.journal.records(kind=kind)
    finally:
        shop.journal.close()


def landed_by_a_clone_that_saw_nothing(fleet: Fleet) -> None:
    """A batch lands, and the remote is gone before its clone has looked; then the clone is lost."""
    first, away = clone(fleet, "first"), fleet.remote.with_name("away")
    leaves = hook(fleet.remote, "post-receive", f"mv {fleet.remote} {away}")
    shipped = fleet.run(first, "ship", ".git/batch.tsv", "--json")
    assert (
        shipped.code,
        shipped.data["landing"]["error"]["code"] if "landing" in shipped.data else shipped.data["error"]["code"],
    ) == (4, "remote.unknown"), shipped.out + shipped.err
    away.rename(fleet.remote)
    leaves.unlink()
    shutil.rmtree(first)


def lost(fleet: Fleet, path: Path, moment: tuple[str, str]) -> None:
    """A rollback that dies, and its clone with it. The time of day is another one than that of the others."""
    killed(path, "rollback", *moment, {**fleet.settings(), **LATER})
    shutil.rmtree(path)


@pytest.mark.parametrize("moment", PLAYED)
def test_what_lost_clones_began_is_finished_by_others(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    base = tree_of(fleet.remote, "main")
    landed_by_a_clone_that_saw_nothing(fleet)
    second, third = clone(fleet, "second"), clone(fleet, "third")
    tip = at(fleet.remote)
    resumed = fleet.run(second, "resume", "--json")
    assert resumed.code == 0, resumed.out + resumed.err
    assert [record.facts["tip"] for record in told(fleet, third, "land.recorded", monkeypatch)] == [tip]
    if FULL:
        assert fleet.run(third, "verify", "batch").code == 0

    theirs = others_push(fleet.remote, {"notes.txt": "on top\n"})
    lost(fleet, second, MOMENTS[moment])
    assert at(fleet.remote) == theirs if moment == "before the push" else at(fleet.remote) != theirs
    resumed = fleet.run(third, "resume", "--json")
    assert resumed.code == 0, resumed.out + resumed.err
    assert git_cli(fleet.remote, "rev-parse", "main^") == theirs
    assert git_cli(fleet.remote, "diff", "--name-only", base, "main") == "notes.txt"
    [back] = told(fleet, third, "rollback.recorded", monkeypatch)
    [intent] = told(fleet, third, "rollback.intended", monkeypatch)
    assert back.facts["tip"] == intent.facts["new"] == at(fleet.remote) == git_cli(third, "rev-parse", MAIN)
    if FULL:
        assert fleet.run(third, "resume", "--json").data["resumed"] == []
    assert fleet.run(third, "verify", "batch").code == 0
