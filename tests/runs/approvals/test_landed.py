"""What a landing rested on, found again by `verify`; and what was done to the records since is a finding."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.repo.refs import read
from laneshift.runs import working
from laneshift.runs.arguments import Landing
from laneshift.runs.resuming import resume
from laneshift.runs.verification import Verification
from laneshift.runs.verifying import verify
from tests.approval_scene import ADA, BOB, Scene
from tests.remote import others_push, remote_of
from tests.repo.builders import commit_files, git_cli
from tests.ssh_keys import public
from tests.toy import refs, watched


@pytest.fixture(scope="module")
def landed(approved: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Both items landed, since two people approved. Take a copy."""
    scene = approved.copy(tmp_path_factory.mktemp("landed") / "repo")
    shop = scene.shop()
    assert working.land(shop, scene.plan)["result"] == "landed"
    shop.journal.close()
    return scene


@pytest.fixture
def own(landed: Scene, tmp_path: Path) -> Scene:
    """A copy for one test."""
    return landed.copy(tmp_path / "repo")


def verified(scene: Scene) -> Verification:
    return verify(scene.shop(), scene.plan)


def test_two_people_let_it_land_and_verify_says_who(own: Scene) -> None:
    found = verified(own)
    assert found.findings == ()
    assert found.approvers == (ADA, BOB)
    assert found.trees == 2
    [rest] = own.shop().journal.records(kind="approval.rested")
    assert rest.facts["approvers"] == [ADA, BOB]
    assert rest.facts["tip"] == read(own.shop().repository, own.plan.target)


def test_what_happens_later_does_not_speak_against_it(own: Scene) -> None:
    """Keys revoked, people gone, approvals over, the repository moved: at the time it was right."""
    commit_files(own.path, {"keys/revoked": f"{public(own.keys['ada'])}\n", "keys/signers": "# nobody\n"})
    git_cli(own.path, "remote", "add", "origin", "https://example.org/new/home.git")
    found = verify(own.shop(10**9), own.plan)
    assert found.findings == ()
    assert found.approvers == (ADA, BOB)


def evidence(scene: Scene, kind: str, name: str) -> Path:
    digest = str(scene.shop().journal.records(kind=kind)[0].facts[name])
    return scene.path / ".git/laneshift/evidence" / digest[7:9] / digest[9:]


def flip(scene: Scene, name: str) -> None:
    file = evidence(scene, "approval.given", name)
    data = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(data[:-12] + bytes([data[-12] ^ 4]) + data[-11:])


def flip_envelope(scene: Scene) -> str:
    flip(scene, "envelope")
    return "approval.unreadable"


def flip_signers(scene: Scene) -> str:
    flip(scene, "signers")
    return "what it rests on cannot be checked"


def lose_envelope(scene: Scene) -> str:
    evidence(scene, "approval.given", "envelope").unlink()
    return "no such evidence file"


def lose_canary(scene: Scene) -> str:
    evidence(scene, "canary.recorded", "result").unlink()
    return "no such evidence file"


def edit_record(scene: Scene) -> str:
    with closing(sqlite3.connect(scene.path / ".git/laneshift/journal.sqlite", isolation_level=None)) as opened:
        for (name,) in opened.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            opened.execute(f"drop trigger {name}")
        [(seq, facts)] = opened.execute("select seq, facts from records where kind = 'approval.rested'").fetchall()
        changed = facts.replace(*(w if isinstance(facts, str) else w.encode() for w in (BOB, "cyd@example.org")))
        assert changed != facts
        opened.execute("update records set facts = ? where seq = ?", (changed, seq))
    return "its content is not what its digest covers"


HARM: tuple[Callable[[Scene], str], ...] = (flip_envelope, flip_signers, lose_envelope, lose_canary, edit_record)


@pytest.mark.parametrize("harm", HARM)
def test_what_was_tampered_with_is_found(harm: Callable[[Scene], str], own: Scene) -> None:
    told = harm(own)
    assert any(told in finding for finding in verified(own).findings), verified(own).findings


def rewritten(scene: Scene, changes: dict[str, object] | None) -> Verification:
    """Verify a journal in which the record of what the landing rested on was left out, or is another one."""
    shop = scene.shop()
    [rest] = shop.journal.records(kind="approval.rested")
    if changes is not None:
        shop.journal.append(f"{scene.plan.id}/land-1/rested/forged", "approval.rested", {**rest.facts, **changes})
        return verified(scene)
    with closing(sqlite3.connect(scene.path / ".git/laneshift/journal.sqlite", isolation_level=None)) as opened:
        for (name,) in opened.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            opened.execute(f"drop trigger {name}")
        opened.execute("delete from records where kind = 'approval.rested'")
    return verified(scene)


def test_a_record_put_in_by_hand_does_not_stand_for_approvals(own: Scene, tmp_path: Path) -> None:
    """Whoever writes to the journal with its own means leaves a whole chain, and still cannot sign."""
    [given, other] = own.shop().journal.records(kind="approval.given")
    keys = own.shop().store.put(f"{ADA} {public(own.keys['stranger'])}\n".encode())
    cases: dict[str, dict[str, object]] = {
        "one-person": {"approvals": [given.facts["envelope"]], "approvers": [ADA]},
        "the journal says": {"approvals": [given.facts["envelope"], other.facts["envelope"]], "approvers": [ADA]},
        "not that of": {"signers": keys},
        "its keys are those of": {"keys_at": own.plan.base_tree},
        "approval.expired": {"checked": 2**50},
        "approval.other-repository": {"repository": "elsewhere"},
        "it went without a person, and the settings do not allow that": {"automatic": True},
        "cannot be checked": {"approvals": 7},
    }
    for number, (told, changes) in enumerate(cases.items()):
        found = rewritten(own.copy(tmp_path / f"{number}"), changes)
        assert any(told in finding for finding in found.findings), (told, found.findings)
    assert any("is missing" in finding for finding in rewritten(own, None).findings)


def test_keys_that_others_revoked_on_the_remote_count_there(ready: Scene, tmp_path: Path) -> None:
    """This clone has not heard of it before the landing begins; nothing is pushed, and nothing is in doubt."""
    bare = remote_of(ready.path, tmp_path / "bare.git")
    ready.give(ADA)
    ready.give(BOB)
    theirs = others_push(bare, {"keys/revoked": f"{public(ready.keys['bob'])}\n"})
    with pytest.raises(NeedsPerson) as caught:
        working.land(ready.shop(), ready.plan, Landing(remote="origin"))
    assert caught.value.code == "approval.one-person"
    assert "approval.revoked-key" in [fault.code for fault in caught.value.faults]
    assert git_cli(bare, "rev-parse", "main") == theirs
    assert working.state_of(ready.shop(), ready.plan).unfinished == []
    others_push(bare, {"keys/revoked": "# a mistake\n"})
    assert working.land(ready.shop(), ready.plan, Landing(remote="origin"))["result"] == "landed"
    found = verified(ready)
    assert (found.findings, found.approvers) == ((), (ADA, BOB))


def test_the_swap_itself_asks_again(ready: Scene) -> None:
    """Somebody's key is taken away while the suite runs: what was tested does not land, and what is left is whole."""

    def revoke(moment: str, tree: str, selection: object) -> None:
        if moment == "before":
            commit_files(ready.path, {"keys/revoked": f"{public(ready.keys['ada'])}\n"})

    before = refs(ready.path)["refs/heads/main"]
    with pytest.raises(NeedsPerson) as caught:
        working.land(watched(ready.path, revoke), ready.plan)
    assert caught.value.code == "approval.one-person"
    assert refs(ready.path)["refs/heads/main"] != before
    assert not ready.shop().journal.records(kind="land.recorded")
    assert not ready.shop().journal.records(kind="approval.rested", prefix=f"{ready.plan.id}/land-1/1")
    assert resume(ready.shop(), 1) == []
    commit_files(ready.path, {"keys/revoked": "# a mistake\n"})
    assert working.land(ready.shop(), ready.plan)["result"] == "landed"
    assert verified(ready).findings == ()
