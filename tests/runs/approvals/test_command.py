"""`laneshift approve` from the command line: what is shown, signed, handed around, refused, and what comes next."""

from __future__ import annotations

import json

from tests.approval_scene import ADA, BOB, CYD, Scene
from tests.repo.builders import git_cli
from tests.toy import Done, laneshift


def approve(scene: Scene, *arguments: str) -> Done:
    return laneshift(scene.path, "approve", "batch", *arguments)


def test_what_is_signed_is_shown_and_two_people_let_it_run_and_land(scene: Scene) -> None:
    plan = scene.plan
    waits = laneshift(scene.path, "run", "batch", "--json")
    assert (waits.code, waits.data["error"]["code"]) == (4, "approval.missing")
    assert waits.data["error"]["cure"] == f"laneshift approve {plan.id}"
    git_cli(scene.path, "config", "gpg.format", "ssh")
    git_cli(scene.path, "config", "user.signingkey", str(scene.keys["ada"]))
    first = approve(scene)
    assert first.code == 0, first.err
    for shown in (plan.id, plan.digest, f"person  {ADA}, until", "none has drifted", "canary  1 item(s), 0 bad"):
        assert shown in first.err, shown
    assert first.out.splitlines()[-1] == f"next: laneshift approve {plan.id}"
    assert "two people have to approve, and so far only ada@example.org did" in first.out
    second = approve(scene, "--as", BOB, "--key", str(scene.keys["bob"]), "--json")
    assert second.data["enough"] is True
    assert second.data["approvers"] == [ADA, BOB]
    assert second.data["next"] == f"laneshift run {plan.id}"
    assert laneshift(scene.path, "run", "batch").code == 0
    assert laneshift(scene.path, "land", "batch").code == 0
    checked = laneshift(scene.path, "verify", "batch", "--approvals", "../out")
    assert checked.code == 0, checked.out
    assert f"approvals checked again: {ADA}, {BOB}" in checked.out
    assert sorted(file.name for file in (scene.path.parent / "out").iterdir()) == [
        f"{number}.{ending}" for number in (1, 2) for ending in ("json", "revoked", "signers")
    ]


def test_an_approval_travels_as_a_file(scene: Scene) -> None:
    out = scene.path.parent / "cyd.json"
    made = approve(scene, "--as", CYD, "--key", str(scene.keys["cyd"]), "--out", str(out))
    assert made.code == 0, made.err
    assert made.out.splitlines()[-1] == f"next: laneshift approve {scene.plan.id} --envelope {out}"
    assert not scene.shop().journal.records(kind="approval.given")
    taken = approve(scene, "--envelope", str(out), "--json")
    assert taken.code == 0, taken.err
    assert taken.data["envelope"] == json.loads(out.read_bytes())
    [record] = scene.shop().journal.records(kind="approval.given")
    assert record.facts["approver"] == CYD
    text = out.read_text().replace(CYD, BOB)
    out.write_text(text)
    edited = approve(scene, "--envelope", str(out), "--json")
    assert (edited.code, edited.data["error"]["code"]) == (2, "approval.edited")
    assert scene.codes() == ["approval.edited"]


def test_refusals_on_the_command_line(scene: Scene) -> None:
    for arguments, code in (
        (("--as", BOB, "--key", str(scene.keys["ada"])), "approval.wrong-key"),
        (("--envelope", "x", "--out", "y"), "usage.wrong"),
    ):
        done = approve(scene, *arguments, "--json")
        assert (done.code, done.data["error"]["code"]) == (2, code)
    auto = laneshift(scene.path, "run", "batch", "--auto-approve", "--json")
    assert (auto.code, auto.data["error"]["code"]) == (4, "approval.auto-not-allowed")
    assert not scene.shop().journal.records(kind="approval.given")
