"""Approvals by passkey: the challenge is the digest, the repository says whose counts, and no server is asked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import NeedsPerson, Refused
from laneshift.rollout.subject import Envelope
from laneshift.runs import approving, working
from laneshift.runs.approval_envelope import bytes_of
from laneshift.runs.approval_judging import bench_of
from laneshift.runs.approval_keys import keys_at
from laneshift.runs.approval_proof import proved
from laneshift.runs.verifying import verify
from tests.approval_scene import ADA, BOB, CYD, EVE, SETTINGS, Scene, scene_at
from tests.authenticator import PRESENT, Authenticator
from tests.repo.builders import commit_files

RP, ORIGIN = "acme.example", "https://laneshift.acme.example"
SITE = f"""
[webauthn]
rp_id = "{RP}"
origins = ["{ORIGIN}"]
"""
FILE = "keys/passkeys"


@dataclass(frozen=True)
class Passkeys:
    """A scene in which Ada and Bob have a passkey each."""

    scene: Scene
    ada: Authenticator
    bob: Authenticator

    def envelope(self, approver: str = ADA, by: Authenticator | None = None, **changes: Any) -> Envelope:
        passkey = by or (self.bob if approver == BOB else self.ada)
        subject = self.scene.subject(approver, **changes)
        return Envelope(subject, "passkey", passkey.asserted(subject.challenge).as_proof())

    def give(self, approver: str = ADA, by: Authenticator | None = None) -> Any:
        return self.scene.offer(bytes_of(self.envelope(approver, by)))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Passkeys:
    ada, bob = (Authenticator(RP, ORIGIN) for _ in range(2))
    text = SETTINGS.replace("hours =", f'passkeys = "{FILE}"\nhours =') + SITE
    files = {FILE: ada.pinned(ADA) + bob.pinned(BOB)}
    return Passkeys(scene_at(tmp_path_factory.mktemp("passkeys"), files, text), ada, bob)


@pytest.fixture
def own(original: Passkeys, tmp_path: Path) -> Passkeys:
    """A copy for one test."""
    copies = [replace(each) for each in (original.ada, original.bob)]
    return Passkeys(original.scene.copy(tmp_path / "repo"), *copies)


def refused(own: Passkeys, envelope: Envelope) -> str:
    before = own.scene.codes()
    with pytest.raises(Refused) as caught:
        own.scene.offer(bytes_of(envelope))
    assert own.scene.codes() == [*before, caught.value.code]
    assert not own.scene.shop().journal.records(kind="approval.given")
    return caught.value.code.removeprefix("approval.")


def test_two_passkeys_let_it_land_and_verify_finds_them_again_without_any_server(own: Passkeys) -> None:
    assert not own.give().standing.holds
    with pytest.raises(NeedsPerson) as one:
        approving.require(own.scene.shop(), own.scene.plan)
    assert one.value.code == "approval.one-person"
    assert own.give(BOB).standing.holds
    shop = own.scene.shop()
    working.run(shop, own.scene.plan, 1)
    assert working.land(shop, own.scene.plan)["result"] == "landed"
    commit_files(own.scene.path, {FILE: "# nobody any more\n"})
    found = verify(own.scene.shop(), own.scene.plan)
    assert found.findings == ()
    assert found.approvers == (ADA, BOB)
    [rest] = shop.journal.records(kind="approval.rested")
    kept = str(rest.facts["passkeys"])
    file = own.scene.path / ".git/laneshift/evidence" / kept[7:9] / kept[9:]
    file.chmod(0o600)
    file.write_bytes(own.ada.pinned(ADA).encode())
    assert any("cannot be checked" in finding for finding in verify(own.scene.shop(), own.scene.plan).findings)


def test_a_key_and_a_passkey_are_two_people_and_two_of_one_person_are_one(own: Passkeys) -> None:
    own.give()
    own.scene.give(ADA)
    with pytest.raises(NeedsPerson) as one:
        approving.require(own.scene.shop(), own.scene.plan)
    assert one.value.code == "approval.one-person"
    own.scene.give(CYD)
    approving.require(own.scene.shop(), own.scene.plan)


def test_a_passkey_that_the_target_no_longer_names_approves_nothing(own: Passkeys) -> None:
    own.give()
    own.give(BOB)
    approving.require(own.scene.shop(), own.scene.plan)
    commit_files(own.scene.path, {FILE: own.ada.pinned(ADA)})
    with pytest.raises(NeedsPerson) as caught:
        approving.require(own.scene.shop(), own.scene.plan)
    assert [fault.code for fault in caught.value.faults] == ["approval.wrong-key", "approval.one-person"]


def changed(own: Passkeys, **changes: Any) -> Envelope:
    """Ada's approval, made by her passkey, with something of what was signed changed before."""
    subject = own.scene.subject()
    return Envelope(subject, "passkey", own.ada.asserted(subject.challenge, **changes).as_proof())


def over(own: Passkeys, **changes: Any) -> Envelope:
    """Ada's signature over another subject, put beside this one."""
    other = own.scene.subject(**changes)
    return Envelope(own.scene.subject(), "passkey", own.ada.asserted(other.challenge).as_proof())


def proof(own: Passkeys, **parts: str) -> Envelope:
    good = own.envelope()
    return replace(good, proof={**good.proof, **parts})


REFUSED: dict[str, tuple[str, Callable[[Passkeys], Envelope]]] = {
    "another plan was signed": ("edited", lambda own: over(own, plan=f"sha256:{'1' * 64}")),
    "another canary was signed": ("edited", lambda own: over(own, canary=f"sha256:{'1' * 64}")),
    "it is of another plan": ("other-plan", lambda own: own.envelope(plan=f"sha256:{'1' * 64}")),
    "it is of another canary": ("drift", lambda own: own.envelope(canary=f"sha256:{'1' * 64}")),
    "it is of another repository": ("other-repository", lambda own: own.envelope(repository="another")),
    "it has expired": ("expired", lambda own: own.envelope(made=1, expires=2)),
    "not named": ("wrong-key", lambda own: own.envelope(by=Authenticator(RP, ORIGIN))),
    "somebody else's": ("wrong-key", lambda own: own.envelope(BOB, own.ada)),
    "who may not": ("wrong-key", lambda own: own.envelope(EVE, own.ada)),
    "another key under her credential": (
        "wrong-key",
        lambda own: own.envelope(by=Authenticator(RP, ORIGIN, credential=own.ada.credential)),
    ),
    "her key beside a foreign signature": (
        "edited",
        lambda own: replace(
            found := own.envelope(by=Authenticator(RP, ORIGIN, credential=own.ada.credential)),
            proof={**found.proof, "key": own.envelope().proof["key"]},
        ),
    ),
    "foreign origin": ("other-site", lambda own: changed(own, origin="https://evil.example")),
    "foreign site": (
        "other-site",
        lambda own: own.envelope(by=replace(own.ada, rp_id="evil.example")),
    ),
    "nobody verified": ("other-site", lambda own: own.envelope(by=replace(own.ada, flags=PRESENT))),
    "made to register": ("other-site", lambda own: changed(own, kind="webauthn.create")),
    "bad signature": ("edited", lambda own: proof(own, signature=own.envelope().proof["signature"])),
    "no signature": ("edited", lambda own: proof(own, signature="")),
    "no base64url": ("edited", lambda own: proof(own, client_data="=")),
    "more than is known": ("edited", lambda own: proof(own, more="x")),
    "an SSH key's": ("edited", lambda own: replace(own.scene.envelope(), method="passkey")),
}


WITHOUT_THE_PLAN = (
    *("another plan was signed", "not named", "somebody else's", "her key beside a foreign signature", "bad signature"),
    *("another key under her credential", "foreign origin", "foreign site", "nobody verified", "made to register"),
)
"""What is wrong by itself, whatever it is about."""


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, own: Passkeys) -> None:
    code, make = REFUSED[name]
    assert refused(own, make(own)) == code


def test_a_file_that_cannot_be_read_to_its_end_stops_every_approval(own: Passkeys) -> None:
    good = own.envelope()
    commit_files(own.scene.path, {FILE: own.ada.pinned(ADA) + "bob@example.org nothing\n"})
    with pytest.raises(Refused) as caught:
        own.scene.offer(bytes_of(good))
    assert (caught.value.code, caught.value.why[:7]) == ("approval.bad-passkeys", "line 2:")


def test_openssl_finds_the_same(own: Passkeys, tmp_path: Path) -> None:
    script = Path(__file__).parents[3] / "docs" / "check-passkey.sh"
    named, file = own.scene.path / FILE, tmp_path / "1.json"

    def checked(envelope: Envelope, rp: str = RP, origin: str = ORIGIN) -> tuple[int, str, str]:
        file.write_bytes(bytes_of(envelope))
        words = ["sh", str(script), str(file), str(named), rp, origin]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    good = own.envelope()
    code, told, said = checked(good)
    assert (code, said) == (0, "")
    assert f"plan       {own.scene.plan.digest}" in told
    assert checked(own.envelope(BOB))[0] == 0
    bad = [
        *((make(own), RP, ORIGIN) for name, (_, make) in REFUSED.items() if name in WITHOUT_THE_PLAN),
        (good, "evil.example", ORIGIN),
        (good, RP, "https://evil.example"),
    ]
    for envelope, rp, origin in bad:
        assert checked(envelope, rp, origin)[0] != 0, envelope


def test_a_repository_may_name_passkeys_alone(own: Passkeys) -> None:
    bench = bench_of(own.scene.shop(), own.scene.plan)
    settings = bench.ground.settings
    alone = settings.approval.model_copy(update={"signers": "", "revoked": ""})
    keys = keys_at(bench.shop.repository, settings.model_copy(update={"approval": alone}), bench.keys.tip)
    assert (keys.signers, keys.revoked) == (b"", None)
    assert proved(own.envelope(), keys).checked.fault == ""
    assert proved(own.scene.envelope(), keys).checked.fault == "wrong-key"
    neither = alone.model_copy(update={"passkeys": ""})
    with pytest.raises(Refused) as caught:
        keys_at(bench.shop.repository, settings.model_copy(update={"approval": neither}), bench.keys.tip)
    assert caught.value.code == "approval.no-signers"


def test_without_a_setting_no_passkey_approves(planned: Scene, tmp_path: Path) -> None:
    plain = Passkeys(planned.copy(tmp_path / "repo"), Authenticator(RP, ORIGIN), Authenticator(RP, ORIGIN))
    commit_files(plain.scene.path, {FILE: plain.ada.pinned(ADA)})
    assert refused(plain, plain.envelope()) == "wrong-key"
