"""A backup that is taken, a disk that is lost, and a repository that is proved to be where it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.runs import freezing, resuming
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.trains import Trains
from laneshift.runs.verifying import verify
from tests.evidence.in_database import by_hand, opened
from tests.once import once
from tests.repo.builders import git_cli
from tests.runs.remote_toy import ITEMS, land, ready, states
from tests.toy import copy_of, records, refs, shop_at, tree_of
from tests.upgrades.first_release import journalled, program

PROGRAM = Path(__file__).resolve().parents[2] / "packaging" / "backup.py"


def backup(*words: Path | str, code: int = 0) -> str:
    done = subprocess.run([sys.executable, str(PROGRAM), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "ready", lambda folder: ready(folder / "repo"))


@pytest.fixture
def mine(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path / "mine")


def lost_and_restored(mine: Path, folder: Path) -> None:
    """Everything of the repository is gone, and comes back from the backup alone."""
    shutil.rmtree(mine)
    backup("restore", folder, mine)
    assert git_cli(mine, "status", "--porcelain") == ""
    assert git_cli(mine, "fsck", "--full", "--strict") == ""


def test_what_landed_is_proved_after_a_restore(mine: Path, tmp_path: Path) -> None:
    land(mine, remote="")
    before, journal, tree = refs(mine), records(mine), tree_of(mine)
    backup("keep", mine, tmp_path / "kept")
    lost_and_restored(mine, tmp_path / "kept")
    assert (refs(mine), records(mine), tree_of(mine)) == (before, journal, tree)
    shop = shop_at(mine)
    found = verify(shop, shop.plans.load("batch"))
    assert (found.findings, found.trees) == ((), 2)
    freezing.freeze(shop, "ops", "the journal goes on")


def test_a_landing_that_was_under_way_is_resumed_after_a_restore(mine: Path, tmp_path: Path) -> None:
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    asked = {"key": f"{plan.id}/land-2", "attempt": 2, "only": [], "check": False, "remote": "", "bases": 2}
    LandSteps(shop, plan, Trains(shop, plan)).started(asked)
    shop.journal.close()
    backup("keep", mine, tmp_path / "kept")
    lost_and_restored(mine, tmp_path / "kept")
    resuming.resume(shop_at(mine), 1)
    assert states(mine) == ["landed"] * len(ITEMS)
    shop = shop_at(mine)
    assert verify(shop, shop.plans.load("batch")).findings == ()


def test_a_journal_that_is_older_than_the_refs_is_caught_up(mine: Path, tmp_path: Path) -> None:
    """As when the landing happens between the copy of the journal and that of the refs."""
    backup("keep", mine, tmp_path / "kept")
    landed = land(mine, remote="")
    git_cli(mine, "bundle", "create", "--quiet", str(tmp_path / "kept" / "refs.bundle"), "--all")
    shutil.rmtree(tmp_path / "kept" / "laneshift" / "runs", ignore_errors=True)
    kept_again(tmp_path / "kept")
    lost_and_restored(mine, tmp_path / "kept")
    outcome = land(mine, remote="")
    assert git_cli(mine, "rev-list", "--count", "main") == "3", "nothing landed twice"
    assert (outcome["result"], tree_of(mine)) == ("nothing", landed["tree"])


def kept_again(folder: Path) -> None:
    """The sums of a backup that a test has changed."""
    lines = "import json, runpy, sys, pathlib; b = runpy.run_path(sys.argv[1]); f = pathlib.Path(sys.argv[2])\n"
    lines += "s = {str(p.relative_to(f)): b['sha256'](p) for p in b['files_below'](f) if p.name != 'sums.json'}\n"
    lines += "(f / 'sums.json').write_text(json.dumps(s))"
    subprocess.run([sys.executable, "-c", lines, str(PROGRAM), str(folder)], check=True)


def test_what_a_backup_refuses(mine: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    backup("keep", mine, kept)
    assert not list(kept.rglob("pool"))
    assert {path.stat().st_mode & 0o077 for path in kept.rglob("*")} == {0}, "nobody else reads it"
    assert "is there already" in backup("restore", kept, mine, code=1)
    (kept / "config").write_text("[core]\n")
    (kept / "laneshift" / "new").touch()
    told = backup("restore", kept, tmp_path / "other", code=1)
    assert "not what was kept: config, laneshift/new" in told
    assert not (tmp_path / "other").exists()
    git_cli(tmp_path, "init", "-q", "empty")
    assert "has no journal" in backup("keep", tmp_path / "empty", tmp_path / "none", code=1)
    backup(code=2)


def test_records_in_postgresql_come_back_from_a_dump(postgres_url: str, tmp_path: Path) -> None:
    database = opened(postgres_url)
    journalled(PostgresJournal(database, "ann"))
    before = PostgresJournal(database, "ann").records()
    database.close()
    url, dump = postgres_url.replace("+psycopg", ""), str(tmp_path / "records.dump")
    subprocess.run([program("pg_dump"), "-Fc", "-n", "laneshift", "-n", "dbos", "-f", dump, url], check=True)
    by_hand(postgres_url, "DROP SCHEMA laneshift CASCADE; DROP SCHEMA IF EXISTS dbos CASCADE")
    subprocess.run([program("pg_restore"), "--exit-on-error", "-d", url, dump], check=True)
    journal = PostgresJournal(opened(postgres_url), "ann")
    assert (journal.records(), journal.check()) == (before, [])
    assert journal.append("next", "key.created", {}).seq == len(before) + 1
