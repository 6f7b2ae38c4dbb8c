"""Every way in which one approval is bad: refused with a reason of its own, and the attempt is in the journal."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import LaneshiftError, Refused
from laneshift.evidence.canonical import canonical
from laneshift.rollout.pins import of_text
from laneshift.rollout.subject import Envelope
from laneshift.runs.approval_asking import Asked, begin
from laneshift.runs.approval_envelope import bytes_of, envelope_in
from laneshift.runs.approval_judging import Bench, bench_of
from laneshift.runs.approval_proof import proved
from tests.approval_scene import ADA, BOB, BOT, CYD, EVE, HOURS, Scene, canary_by_hand, planned_at, signers
from tests.repo.builders import commit_files, git_cli
from tests.ssh_keys import public, signed_by_hand

DAY = HOURS * 3600
OTHER = of_text("another")


def refused(scene: Scene, data: bytes, later: int = 0) -> str:
    """The code with which these bytes are refused; nothing is recorded but the attempt."""
    before, attempts = given_by(scene), scene.codes()
    with pytest.raises(Refused) as caught:
        scene.offer(data, scene.shop(later))
    assert caught.value.exit_code == 2
    assert scene.codes() == [*attempts, caught.value.code]
    assert given_by(scene) == before
    return caught.value.code


def given_by(scene: Scene) -> list[str]:
    """Who has approved, by the journal."""
    return [str(record.facts["approver"]) for record in scene.shop().journal.records(kind="approval.given")]


def test_good_approvals_count_and_are_kept_once(scene: Scene) -> None:
    envelope = scene.envelope()
    first = scene.offer(bytes_of(envelope))
    assert first.standing.approvers == (ADA,)
    assert not first.standing.holds
    assert scene.offer(bytes_of(envelope)).digest == first.digest
    assert scene.give(CYD).standing.holds
    assert given_by(scene) == [ADA, CYD]
    record = scene.shop().journal.records(kind="approval.given")[0]
    assert record.facts["plan"] == scene.plan.id
    assert record.facts["digest"] == envelope.subject.digest
    assert scene.shop().store.get(str(record.facts["envelope"])) == bytes_of(envelope)
    assert scene.shop().store.get(str(record.facts["signers"])) == (scene.path / "keys/signers").read_bytes()
    assert scene.codes() == []


BAD: dict[str, tuple[str, Callable[[Scene], Envelope]]] = {
    "another person's key": ("wrong-key", lambda s: s.envelope(ADA, "bob")),
    "nobody's key": ("wrong-key", lambda s: s.envelope(ADA, "stranger")),
    "another plan": ("other-plan", lambda s: s.envelope(plan=OTHER)),
    "another repository": ("other-repository", lambda s: s.envelope(repository=OTHER)),
    "other pins": ("drift", lambda s: s.envelope(pins=OTHER)),
    "another canary": ("drift", lambda s: s.envelope(canary=OTHER)),
    "a person who is not listed": ("not-a-person", lambda s: s.envelope(EVE)),
    "an agent": ("not-a-person", lambda s: s.envelope(BOT, "robot")),
    "made in the future": ("not-yet", lambda s: s.envelope(made=s.shop().clock() + 900)),
    "already over": ("expired", lambda s: s.envelope(made=s.shop().clock() - DAY - 60)),
    "a name in capitals": ("wrong-key", lambda s: s.envelope(ADA.upper(), "ada")),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_approval_is_refused_with_its_reason(what: str, scene: Scene) -> None:
    code, make = BAD[what]
    assert refused(scene, bytes_of(make(scene))) == f"approval.{code}"


CHANGED = {
    "repository": OTHER,
    "plan": OTHER,
    "pins": OTHER,
    "canary": OTHER,
    "approver": BOB,
    "made": 1,
    "expires": 2**52,
}


def test_each_field_that_was_edited_after_signing_is_noticed(scene: Scene) -> None:
    whole = scene.envelope().as_json()
    assert set(CHANGED) == set(whole["subject"]) - {"type"}
    for field, value in CHANGED.items():
        edited = {**whole, "subject": {**whole["subject"], field: value}}
        assert refused(scene, canonical(edited)) == "approval.edited", field


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.data())
def test_no_flipped_bit_of_the_bytes_is_taken(kept: tuple[bytes, Bench], data: st.DataObject) -> None:
    """What is read at all after a flip is another subject or another signature, and proves nothing."""
    whole, bench = kept
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    flipped = whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :]
    try:
        envelope = envelope_in(flipped)
    except Refused:
        return
    assert proved(envelope, bench.keys).checked.fault


@pytest.fixture(scope="module")
def kept(planned: Scene) -> tuple[bytes, Bench]:
    """A good approval, and what it is judged by."""
    data = bytes_of(planned.envelope())
    bench = bench_of(planned.shop(), planned.plan)
    assert not proved(planned.envelope(), bench.keys).checked.fault
    return data, bench


HOSTILE: dict[str, tuple[str, Callable[[Scene, dict], bytes]]] = {
    "nothing": ("unreadable", lambda s, e: b""),
    "no JSON": ("unreadable", lambda s, e: b"{"),
    "a list": ("unreadable", lambda s, e: b"[]"),
    "too large": ("unreadable", lambda s, e: b" " * 200_000),
    "too deep": ("unreadable", lambda s, e: b"[" * 50_000),
    "a name twice": ("unreadable", lambda s, e: canonical(e)[:-1] + b',"method":"ssh"}'),
    "a field more": ("unreadable", lambda s, e: canonical({**e, "note": "x"})),
    "a field of the subject more": ("unreadable", lambda s, e: canonical({**e, "subject": {**e["subject"], "x": 1}})),
    "a proof more": ("unreadable", lambda s, e: canonical({**e, "proof": {**e["proof"], "key": "x"}})),
    "another type": ("unreadable", lambda s, e: canonical({**e, "subject": {**e["subject"], "type": "x"}})),
    "spaces": ("edited", lambda s, e: json.dumps(e).encode()),
    "a line end": ("edited", lambda s, e: canonical(e) + b"\n"),
    "an unknown method": ("unknown-method", lambda s, e: canonical({**e, "method": "gpg"})),
    "a passkey that signed nothing": (
        "edited",
        lambda s, e: canonical({**e, "method": "passkey", "proof": {"id": "x"}}),
    ),
    "a pattern for a person": ("unreadable", lambda s, e: canonical(with_approver(e, "*"))),
    "a person on two lines": ("unreadable", lambda s, e: canonical(with_approver(e, f"{ADA}\n{BOB}"))),
    "an option for a person": ("unreadable", lambda s, e: canonical(with_approver(e, "-f/etc/passwd"))),
    "two people in one": ("unreadable", lambda s, e: canonical(with_approver(e, f"{ADA},{BOB}"))),
    "a very long person": ("unreadable", lambda s, e: canonical(with_approver(e, "a" * 5000))),
    "a terminal's words": ("unreadable", lambda s, e: canonical(with_approver(e, "a\x1b[2Kb"))),
    "no signature": ("edited", lambda s, e: canonical({**e, "proof": {"signature": ""}})),
    "for git": ("edited", lambda s, e: canonical({**e, "proof": {"signature": as_git(s)}})),
    "signed by a key that may sign for git alone": ("wrong-key", lambda s, e: only_for_git(s)),
}


def with_approver(envelope: dict, name: str) -> dict:
    """The envelope, with another name in it."""
    return {**envelope, "subject": {**envelope["subject"], "approver": name}}


def as_git(scene: Scene) -> str:
    """A signature over the right bytes that was made for git."""
    return signed_by_hand(scene.keys["ada"], "git", scene.subject().signed)


def only_for_git(scene: Scene) -> bytes:
    """An approval by a key that the file of signers lets sign for git alone."""
    line = f'{CYD} namespaces="git" {public(scene.keys["stranger"])}'
    commit_files(scene.path, {"keys/signers": signers(scene.keys, more=line)})
    return bytes_of(scene.envelope(CYD, "stranger"))


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_envelopes_are_refused(what: str, scene: Scene) -> None:
    code, make = HOSTILE[what]
    assert refused(scene, make(scene, scene.envelope().as_json())) == f"approval.{code}"
    told = scene.shop().journal.records(kind="approval.refused")[-1].facts
    assert all(str(value).isprintable() and len(str(value)) < 600 for value in told.values())


def test_expired_and_early_go_by_the_clock_and_by_nothing_else(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytes_of(scene.envelope())
    assert refused(scene, data, later=DAY + 5) == "approval.expired"
    assert refused(scene, data, later=-400) == "approval.not-yet"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert refused(scene, data, later=DAY + 5) == "approval.expired"
    long = bytes_of(scene.envelope(expires=2**52))
    assert refused(scene, long, later=DAY + 5) == "approval.expired", "nobody lengthens what the settings allow"
    assert scene.offer(data, scene.shop(DAY - 600)).standing.approvers == (ADA,)


def test_agents_and_owners_of_the_plan_never_approve_it(scene: Scene) -> None:
    git_cli(scene.path, "config", "user.email", BOT)
    plan = planned_at(scene.path)
    canary_by_hand(scene.shop(), plan)
    assert scene.plan.author_email == BOT
    assert refused(scene, bytes_of(scene.envelope(BOT, "robot"))) == "approval.own-agent"
    assert refused(scene, bytes_of(scene.envelope(BOB))) == "approval.own-agent"
    assert scene.give(ADA).standing.approvers == (ADA,)
    for person in (BOT, BOB):
        with pytest.raises(Refused) as caught:
            begin(scene.shop(), plan, Asked(person=person, key=str(scene.keys["robot"])))
        assert caught.value.code == "approval.own-agent"


def test_revoked_and_removed_keys_are_refused_at_once(scene: Scene) -> None:
    data = bytes_of(scene.envelope())
    commit_files(scene.path, {"keys/revoked": f"{public(scene.keys['ada'])}\n"})
    assert refused(scene, data) == "approval.revoked-key"
    commit_files(scene.path, {"keys/revoked": "SHA256:something\n"})
    with pytest.raises(Refused) as caught:
        scene.offer(data)
    assert caught.value.code == "approval.bad-revoked"
    commit_files(scene.path, {"keys/revoked": "", "keys/signers": f"{BOB} {public(scene.keys['bob'])}\n"})
    assert refused(scene, data) == "approval.wrong-key"
    commit_files(scene.path, {"keys/signers": None})
    with pytest.raises(Refused) as caught:
        scene.offer(data)
    assert caught.value.code == "approval.no-signers"


def test_a_line_for_everybody_is_for_nobody(scene: Scene) -> None:
    """A pattern, or an authority that may name anybody, would let one key be two people."""
    key = public(scene.keys["stranger"])
    for line in (f"* {key}", f"*@example.org {key}", f"* cert-authority {key}", f"{ADA}\t{BOB} {key}"):
        commit_files(scene.path, {"keys/signers": signers(scene.keys, more=line)})
        assert refused(scene, bytes_of(scene.envelope(ADA, "stranger"))) == "approval.wrong-key"
    with_end = signers(scene.keys, more=f'{ADA} valid-before="20200101" {key}')
    commit_files(scene.path, {"keys/signers": with_end})
    assert refused(scene, bytes_of(scene.envelope(ADA, "stranger"))) == "approval.wrong-key"


def test_no_approval_without_a_good_canary(scene: Scene) -> None:
    shop, plan, data = scene.shop(), scene.plan, bytes_of(scene.envelope())
    canary_by_hand(shop, plan, 7)
    assert refused(scene, data) == "approval.drift", "the canary ran again, with another result"
    assert scene.give().standing.approvers == (ADA,)
    canary_by_hand(shop, plan, 8, ok=False)
    assert refused(scene, bytes_of(scene.envelope())) == "approval.canary-red"
    canary_by_hand(shop, plan, 9, bad=1)
    assert refused(scene, bytes_of(scene.envelope())) == "approval.canary-red", "whatever the record says of it"
    canary_by_hand(shop, plan, 10, other={"combined": {"result": "red"}})
    assert refused(scene, bytes_of(scene.envelope())) == "approval.canary-red"
    canary_by_hand(shop, plan, 20, other={"plan": OTHER})
    with pytest.raises(Refused) as caught:
        begin(scene.shop(), plan, Asked(person=ADA, key=str(scene.keys["ada"])))
    assert caught.value.code == "approval.no-canary", "the result of another plan is no canary of this one"


def test_another_repository_is_told_by_root_and_by_address(scene: Scene, tmp_path: Path) -> None:
    """A fork has the same first commit and another address; two clones of one remote are the same repository."""
    local = bytes_of(scene.envelope())
    git_cli(scene.path, "remote", "add", "origin", "https://example.org/acme/mono.git")
    assert refused(scene, local) == "approval.other-repository"
    ours = bytes_of(scene.envelope())
    git_cli(scene.path, "remote", "set-url", "origin", "https://example.org/eve/mono.git")
    assert refused(scene, ours) == "approval.other-repository"
    git_cli(scene.path, "remote", "set-url", "origin", "git@example.org:acme/mono")
    assert scene.offer(ours).standing.approvers == (ADA,)
    clone = scene.copy(tmp_path / "again")
    git_cli(clone.path, "remote", "remove", "origin")
    assert clone.offer(local).standing.approvers == (ADA,)


def test_files_that_are_no_files_are_refused(scene: Scene, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path, tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(Refused) as caught:
            begin(scene.shop(), scene.plan, Asked(envelope=place)).finish()
        assert caught.value.code == "approval.file"
    with pytest.raises(Refused) as caught:
        begin(scene.shop(), scene.plan, Asked(person=ADA, envelope=pipe))
    assert caught.value.code == "usage.wrong"
    (tmp_path / "there.json").write_text("somebody's approval")
    with pytest.raises(Refused) as caught:
        begin(scene.shop(), scene.plan, Asked(ADA, str(scene.keys["ada"]), tmp_path / "there.json")).finish()
    assert caught.value.code == "approval.file"
    assert (tmp_path / "there.json").read_text() == "somebody's approval"
    assert given_by(scene) == []


def test_who_may_not_is_told_before_any_key_is_asked_for(scene: Scene) -> None:
    for person, code in ((EVE, "not-a-person"), (BOT, "not-a-person"), ("", "not-a-person"), ("*", "not-a-person")):
        with pytest.raises(LaneshiftError) as caught:
            begin(scene.shop(), scene.plan, Asked(person=person or "nobody", key="/nowhere"))
        assert caught.value.code == f"approval.{code}"
    assert scene.codes() == ["approval.not-a-person"] * 4


def test_the_subject_is_what_was_found_out_here(scene: Scene) -> None:
    asking = begin(scene.shop(), scene.plan, Asked(person=ADA, key=str(scene.keys["ada"])))
    assert asking.subject is not None
    wanted = asdict(scene.subject())
    found = asdict(asking.subject)
    assert {name: found[name] for name in ("repository", "plan", "pins", "canary", "approver")} == {
        name: wanted[name] for name in ("repository", "plan", "pins", "canary", "approver")
    }
    assert found["expires"] - found["made"] == DAY
