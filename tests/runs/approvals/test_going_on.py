"""Whether a plan may go on: who counts together, what voids an approval, and when nobody is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from laneshift.errors import LaneshiftError, NeedsPerson, Refused
from laneshift.repo.refs import read
from laneshift.runs import approving, working
from laneshift.runs.approval_envelope import bytes_of
from laneshift.runs.arguments import Landing, run_argument
from laneshift.runs.resuming import resume
from laneshift.runs.run_steps import RunSteps
from tests.approval_scene import ADA, BOB, CYD, Scene, canary_by_hand, signers
from tests.repo.builders import commit_files, git_cli
from tests.ssh_keys import public

DAY = 24 * 3600


def stopped(scene: Scene, later: int = 0) -> NeedsPerson:
    """The error that keeps the plan from running; the attempt is in the journal under its code."""
    attempts = scene.codes()
    with pytest.raises(NeedsPerson) as caught:
        approving.require(scene.shop(later), scene.plan)
    assert caught.value.exit_code == 4
    assert scene.codes() == [*attempts, caught.value.code]
    return caught.value


def faults(error: LaneshiftError) -> list[str]:
    return [fault.code.removeprefix("approval.") for fault in error.faults]


def test_nobody_one_person_and_two(scene: Scene) -> None:
    error = stopped(scene)
    assert error.code == "approval.missing"
    assert error.cure == f"laneshift approve {scene.plan.id}"
    with pytest.raises(NeedsPerson):
        working.run(scene.shop(), scene.plan, 1)
    assert not scene.shop().journal.records(kind="run.started", prefix=f"{scene.plan.id}/run-2")
    scene.give()
    scene.give(key="second")
    scene.give()
    error = stopped(scene)
    assert error.code == "approval.one-person", "one person with two keys is one person"
    scene.give(CYD)
    approving.require(scene.shop(), scene.plan)


def test_one_key_is_one_person_whatever_the_names(scene: Scene) -> None:
    shared = public(scene.keys["stranger"])
    commit_files(scene.path, {"keys/signers": signers(scene.keys, more=f"{ADA},{CYD} {shared}")})
    scene.give(ADA, "stranger")
    scene.give(CYD, "stranger")
    error = stopped(scene)
    assert error.code == "approval.one-person"
    assert faults(error) == ["wrong-key", "one-person"]
    scene.give(CYD)
    approving.require(scene.shop(), scene.plan)


def revoke(scene: Scene) -> None:
    commit_files(scene.path, {"keys/revoked": f"{public(scene.keys['ada'])}\n"})


def remove(scene: Scene) -> None:
    lines = (scene.path / "keys/signers").read_text().splitlines()
    commit_files(scene.path, {"keys/signers": "\n".join(line for line in lines if not line.startswith(ADA)) + "\n"})


def again(scene: Scene) -> None:
    canary_by_hand(scene.shop(), scene.plan)


def lose(scene: Scene) -> None:
    for file in evidence(scene, "envelope"):
        file.unlink()


def flip(scene: Scene) -> None:
    for file in evidence(scene, "envelope"):
        data = file.read_bytes()
        file.chmod(0o600)
        file.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])


def evidence(scene: Scene, name: str) -> list:
    """The files that the approvals in the journal speak of."""
    digests = [str(r.facts[name]) for r in scene.shop().journal.records(kind="approval.given")]
    folder = scene.path / ".git/laneshift/evidence"
    return [folder / digest[7:9] / digest[9:] for digest in dict.fromkeys(digests)]


VOID: dict[str, tuple[Callable[[Scene], None], list[str]]] = {
    "a key is revoked": (revoke, ["revoked-key", "one-person"]),
    "a signer is removed": (remove, ["wrong-key", "one-person"]),
    "the canary ran again": (again, ["drift", "drift", "missing"]),
    "the envelopes are lost": (lose, ["unreadable", "unreadable", "missing"]),
    "the envelopes are damaged": (flip, ["unreadable", "unreadable", "missing"]),
}


@pytest.mark.parametrize("what", VOID)
def test_what_voids_approvals_that_stood(what: str, scene: Scene) -> None:
    scene.give(ADA)
    scene.give(BOB)
    approving.require(scene.shop(), scene.plan)
    void, told = VOID[what]
    void(scene)
    assert faults(stopped(scene)) == told


def test_approvals_end(scene: Scene) -> None:
    scene.give(ADA)
    scene.give(BOB)
    approving.require(scene.shop(DAY - 60), scene.plan)
    error = stopped(scene, DAY + 60)
    assert error.code == "approval.expired"
    assert faults(error) == ["expired", "expired", "missing"]


def test_a_record_forged_by_hand_approves_nothing(scene: Scene) -> None:
    """Who can write to the journal can copy a record, and cannot sign."""
    scene.give(ADA)
    shop, plan = scene.shop(), scene.plan
    facts = dict(shop.journal.records(kind="approval.given")[0].facts)
    forged = scene.envelope(BOB, "stranger")
    kept = shop.store.put(bytes_of(forged))
    shop.journal.append(f"{plan.id}/approval/given/x", "approval.given", {**facts, "approver": BOB, "envelope": kept})
    shop.journal.append(f"{plan.id}/approval/given/y", "approval.given", {**facts, "approver": BOB})
    shop.journal.append(f"{plan.id}/approval/given/z", "approval.given", {"plan": plan.id, "envelope": "../../x"})
    error = stopped(scene)
    assert error.code == "approval.one-person"
    assert faults(error) == ["unreadable", "wrong-key", "one-person"]


def edit_batch(scene: Scene) -> str:
    file = scene.path / ".git/batch.tsv"
    file.write_text(file.read_text() + "# one byte more\n")
    return "batch"


def edit_file(path: str, field: str) -> Callable[[Scene], str]:
    def edit(scene: Scene) -> str:
        commit_files(scene.path, {path: (scene.path / path).read_text() + "\n"})
        return field

    return edit


def rewrite_target(scene: Scene) -> str:
    tree = git_cli(scene.path, "rev-parse", "HEAD^{tree}")
    orphan = git_cli(scene.path, "commit-tree", tree, "-m", "rewritten")
    git_cli(scene.path, "reset", "-q", "--hard", orphan)
    return "base"


DRIFT = (
    edit_batch,
    edit_file("laneshift.toml", "config"),
    edit_file("rules/stars.toml", "star_rules"),
    edit_file("rules/canon/one.md", "canon"),
    edit_file("rules/schema.json", "schemas"),
    rewrite_target,
)


@pytest.mark.parametrize("number", range(len(DRIFT)))
def test_each_pin_that_drifts_voids_the_approvals(number: int, scene: Scene) -> None:
    scene.give(ADA)
    scene.give(BOB)
    field = DRIFT[number](scene)
    for attempt in (
        lambda: working.run(scene.shop(), scene.plan, 1),
        lambda: working.land(scene.shop(), scene.plan),
        lambda: working.ship(scene.shop(), scene.plan, 1),
        lambda: scene.give(CYD),
    ):
        with pytest.raises(NeedsPerson) as caught:
            attempt()
        assert caught.value.code == "pins.drift"
        assert [fault.where for fault in caught.value.faults] == [field]
    assert scene.shop().journal.records(kind="pins.drifted")


def test_another_version_of_the_tool_voids_the_approvals(scene: Scene) -> None:
    scene.give(ADA)
    scene.give(BOB)
    with pytest.raises(NeedsPerson) as caught:
        working.run(replace(scene.shop(), tool="laneshift 99"), scene.plan, 1)
    assert "tool" in [fault.where for fault in caught.value.faults]


def test_without_a_person_only_where_every_lane_allows_it(scene: Scene) -> None:
    with pytest.raises(NeedsPerson) as caught:
        working.run(scene.shop(), scene.plan, 1, auto=True)
    assert caught.value.code == "approval.auto-not-allowed"
    assert not scene.shop().journal.records(kind="approval.automatic")
    shop, plan = scene.shop(), scene.plan
    tests = replace(plan, items=tuple(replace(item, lane="tests") for item in plan.items))
    with pytest.raises(NeedsPerson):
        approving.require(shop, tests)
    approving.require(shop, tests, auto=True)
    [record] = shop.journal.records(kind="approval.automatic")
    assert record.facts == {"plan": tests.id, "lanes": ["tests"]}
    approving.require(shop, tests)
    mixed = replace(plan, items=(replace(plan.items[0], lane="tests"), plan.items[1]))
    shop.journal.append(f"{mixed.id}/approval/automatic", "approval.automatic", {"plan": mixed.id, "lanes": []})
    with pytest.raises(NeedsPerson) as caught:
        approving.require(shop, mixed)
    assert caught.value.code != "approval.auto-not-allowed", "a record that says so allows nothing"
    nothing = replace(plan, items=())
    with pytest.raises(NeedsPerson):
        approving.require(shop, nothing, auto=True)


def test_a_check_needs_nobody_and_a_landing_does(ready: Scene) -> None:
    before = read(ready.shop().repository, ready.plan.target)
    remove(ready)
    assert working.land(ready.shop(), ready.plan, Landing(check=True))["result"] == "green"
    with pytest.raises(NeedsPerson) as caught:
        working.land(ready.shop(), ready.plan)
    assert caught.value.code == "approval.one-person"
    assert git_cli(ready.path, "rev-parse", "HEAD~1") == before


def test_what_was_begun_is_not_resumed_without_approval(scene: Scene) -> None:
    shop, plan = scene.shop(), scene.plan
    RunSteps(shop, plan).started(run_argument(shop, plan, working.state_of(shop, plan), 1))
    [taken] = resume(scene.shop(), 1)
    assert taken.error is not None
    assert (taken.error.code, taken.error.exit_code) == ("approval.missing", 4)
    assert working.state_of(scene.shop(), plan).unfinished == ["run"]


def test_settings_without_people_ask_nobody(scene: Scene) -> None:
    settings = (scene.path / "laneshift.toml").read_text()
    for text in (settings.partition("[approval]")[0], settings.replace("two_person", "required = false\ntwo_person")):
        commit_files(scene.path, {"laneshift.toml": text})
        plan = replace(scene.plan, base=git_cli(scene.path, "rev-parse", "HEAD"))
        approving.require(scene.shop(), plan)
    keyless = commit_files(scene.path, {"laneshift.toml": settings.replace('signers = "keys/signers"\n', "")})
    with pytest.raises(Refused) as caught:
        approving.require(scene.shop(), replace(scene.plan, base=keyless))
    assert caught.value.code == "approval.no-signers"
