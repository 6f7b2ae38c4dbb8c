"""Verify finds what was tampered with, names it, and trusts nothing that a changed journal says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from laneshift.landing.swap import LANDED, REVERTS
from laneshift.runs import working
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.verification import Verification
from laneshift.runs.verifying import verify
from laneshift.runs.working import Landing
from tests.repo.builders import commit_files, git_cli
from tests.toy import copy_of, shop_at


@pytest.fixture(scope="module")
def landed(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with two items landed. Take a copy."""
    path = copy_of(ran, tmp_path_factory.mktemp("landed") / "repo")
    shop = shop_at(path)
    working.land(shop, shop.plans.load("batch"), Landing(("labs.shapes", "labs.report")))
    shop.journal.close()
    return path


@pytest.fixture
def own(landed: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return copy_of(landed, tmp_path / "repo")


def verified(path: Path) -> Verification:
    shop = shop_at(path)
    return verify(shop, shop.plans.load("batch"))


def test_an_honest_landing_has_no_findings(own: Path) -> None:
    found = verified(own)
    assert found.findings == ()
    assert found.trees == 2
    assert found.records > 50
    assert found.evidence_files > 20
    roll_back(shop_at(own), shop_at(own).plans.load("batch"))
    assert verified(own).findings == ()
    commit_files(own, {"notes.txt": "later\n"})
    assert verified(own).findings == ()


def database(path: Path) -> sqlite3.Connection:
    """The journal's file as someone with a SQLite shell opens it, its triggers taken away."""
    opened = sqlite3.connect(path / ".git/laneshift/journal.sqlite", isolation_level=None)
    for (name,) in opened.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        opened.execute(f"drop trigger {name}")
    return opened


def edit_row(path: Path) -> str:
    with closing(database(path)) as opened:
        [(seq, facts)] = opened.execute("select seq, facts from records where kind = 'land.recorded'").fetchall()
        changed = facts.replace(*(w if isinstance(facts, str) else w.encode() for w in ("labs.report", "labs.repart")))
        assert changed != facts
        opened.execute("update records set facts = ? where seq = ?", (changed, seq))
    return f"record {seq} ("


def drop_row(path: Path) -> str:
    with closing(database(path)) as opened:
        assert opened.execute("delete from records where seq = 7").rowcount == 1
    return "record 7 ("


def spoil_evidence(path: Path) -> str:
    file = log_file(path)
    file.write_bytes(b"nothing of the kind")
    return str(file)


def lose_evidence(path: Path) -> str:
    file = log_file(path)
    file.unlink()
    return f"sha256:{file.parent.name}{file.name}"


def log_file(path: Path) -> Path:
    """An evidence file that no replay needs: the log of a step."""
    shop = shop_at(path)
    logs = [record.facts["log"] for record in shop.journal.records(kind="step.ended")]
    shop.journal.close()
    digits = next(str(log) for log in logs if log).removeprefix("sha256:")
    return path / ".git/laneshift/evidence" / digits[:2] / digits[2:]


def move_anchor(path: Path) -> str:
    git_cli(path, "update-ref", f"{LANDED}batch", "HEAD~1")
    return f"ref {LANDED}batch is at "


def drop_revert(path: Path) -> str:
    git_cli(path, "update-ref", "-d", f"{REVERTS}batch")
    return f"ref {REVERTS}batch is at nothing"


def reset_target(path: Path) -> str:
    git_cli(path, "update-ref", "refs/heads/main", "HEAD~1")
    return "which does not contain the landed commit"


@pytest.mark.parametrize(
    "tamper",
    [edit_row, drop_row, spoil_evidence, lose_evidence, move_anchor, drop_revert, reset_target],
    ids=lambda function: function.__name__,
)
def test_tampering_is_found_and_named(own: Path, tamper: Callable[[Path], str]) -> None:
    named = tamper(own)
    found = verified(own)
    assert any(named in finding for finding in found.findings), found.findings
    if tamper in (edit_row, drop_row):
        assert found.trees == 0
        assert any("no landing was replayed" in finding for finding in found.findings)
    else:
        assert found.trees == 2


def test_two_swapped_evidence_files_are_told_with_the_records_that_speak_of_them(own: Path) -> None:
    shop = shop_at(own)
    notes = {str(record.facts["notes"]): record for record in reversed(shop.journal.records(kind="step.ended"))}
    shop.journal.close()
    (one, first), (other, second), *_ = notes.items()
    files = [own / ".git/laneshift/evidence" / name[7:9] / name[9:] for name in (one, other)]
    held = [file.read_bytes() for file in files]
    for file, data in zip(files, reversed(held), strict=True):
        file.write_bytes(data)
    found = verified(own).findings
    for record in (first, second):
        assert any(f"; record {record.seq} ({record.key}) speaks of it" in finding for finding in found), found


def test_the_evidence_of_a_single_gate_is_missed_and_named_too(own: Path) -> None:
    shop = shop_at(own)
    judged = [r for r in shop.journal.records(kind="step.ended") if r.facts["step"] == "gates"]
    verdicts = json.loads(shop.store.get(str(judged[0].facts["notes"])))["seen"]["verdicts"]
    shop.journal.close()
    name = next(each["evidence"] for each in verdicts if each["evidence"])
    (own / ".git/laneshift/evidence" / name[7:9] / name[9:]).unlink()
    found = verified(own).findings
    assert any(name in each and f"; record {judged[0].seq} (" in each for each in found), found
