"""Approvals by passkey: the challenge is the digest, and nothing but a passkey that the repository names approves."""

from __future__ import annotations

from laneshift.rollout.subject import Envelope
from laneshift.runs import approving
from laneshift.runs.approval_judging import bench_of
from laneshift.runs.approval_proof import proved
from laneshift.server.auth.passkeys.tables import CHALLENGES
from tests.approval_scene import ADA, BOB
from tests.authenticator import Authenticator
from tests.server.passkeys_house import SIGN_IN, House, bytes_of, code


def given_by(house: House) -> list[str]:
    return [str(record.facts["approver"]) for record in house.scene.shop().journal.records(kind="approval.given")]


def test_the_challenge_of_an_approval_is_its_digest_and_no_server_is_needed_to_check_it(house: House) -> None:
    """Everything that fails comes first, so that it fails on a plan that nobody approved."""
    plan = house.scene.plan.id
    ada = house.signed_in()
    asked = ada.ask("approve", plan=plan)
    assert asked["digest"] == f"sha256:{bytes_of(asked).hex()}"
    assert asked["subject"]["approver"] == ADA
    allowed = [each["id"] for each in asked["options"]["allowCredentials"]]
    assert house.ada.id in allowed
    assert house.bob.id not in allowed
    for name, (_, make) in SIGN_IN.items():
        if name not in ("nothing",):
            asked = ada.ask("approve", plan=plan)
            assert code(ada.answer(asked, make(house, bytes_of(asked)))) == "403 passkeys.refused", name
    asked = ada.ask("approve", plan=plan)
    assert code(ada.answer(asked, house.bob.get(bytes_of(asked)))) == "403 passkeys.refused", "somebody else's"
    signing_in = ada.ask("sign-in")
    assert code(ada.answer(signing_in, house.ada.get(bytes_of(asked)))) == "403 passkeys.refused", "for signing in"
    house.age(CHALLENGES)
    asked = ada.ask("approve", plan=plan)
    other = house.scene.subject(ADA, plan=f"sha256:{'1' * 64}").challenge
    assert code(ada.answer(asked, house.ada.get(other))) == "403 passkeys.refused", "another plan's digest"
    assert given_by(house) == []
    asked = ada.ask("approve", plan=plan)
    credential = house.ada.get(bytes_of(asked))
    taken = ada.answer(asked, credential)
    assert taken.status_code == 200, taken.text
    assert taken.json()["approval"]["approvers"] == [ADA]
    assert code(ada.answer(asked, credential)) == "403 passkeys.bad-challenge", "replayed"
    bob = house.signed_in(house.bob)
    asked = bob.ask("approve", plan=plan)
    assert bob.answer(asked, house.bob.get(bytes_of(asked))).json()["approval"]["enough"] is True
    assert given_by(house) == [ADA, BOB]
    shop = house.scene.shop()
    approving.require(shop, house.scene.plan)
    envelope = Envelope.from_json(taken.json()["approval"]["envelope"])
    assert proved(envelope, bench_of(shop, house.scene.plan).keys).checked.fault == ""
    assert (
        code(
            house.signed_in(house.newcomer("r@example.org", "reader")[0]).client.post(
                "/id/webauthn/challenge", json={"purpose": "approve", "plan": plan}
            )
        )
        == "403 access.denied"
    )


def test_a_passkey_that_the_server_knows_and_the_repository_does_not_approves_nothing(house: House) -> None:
    before = given_by(house)
    ada = house.signed_in()
    second = Authenticator()
    asked = ada.ask("register")
    assert ada.answer(asked, second.create(bytes_of(asked))).status_code == 200
    asked = ada.ask("approve", plan=house.scene.plan.id)
    answer = ada.answer(asked, second.get(bytes_of(asked)))
    assert answer.json()["code"] == "approval.wrong-key"
    assert "not among those that the repository names" in answer.json()["why"]
    assert given_by(house) == before
