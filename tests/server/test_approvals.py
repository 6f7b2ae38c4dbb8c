"""Approvals over HTTP: what is offered is what is signed, in one's own name, by people and never by agents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from laneshift.evidence.canonical import canonical
from laneshift.rollout.subject import Subject
from laneshift.runs.approval_judging import signed
from tests.approval_scene import ADA, BOB, BOT, CYD, EVE, Scene, scene_at
from tests.server.serving import Served, served


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene_at(tmp_path_factory.mktemp("approvals"))


@pytest.fixture(scope="module")
def server(scene: Scene) -> Iterator[Served]:
    with served(scene.path) as found:
        yield found


def test_two_people_approve_and_nobody_else_does(server: Served, scene: Scene) -> None:
    base = f"/api/v1/plans/{scene.plan.id}/approvals"
    cyd, bob = (server.key("person", name, ("approver",)) for name in (CYD, BOB))
    eve, robot = server.key("person", EVE, ("approver",)), server.key("agent", BOT, ("approver", "admin"))
    with server.client(eve) as client:
        before = client.get(base).json()
        assert (before["required"], before["needs"], before["holds"]) == (True, "approve", False)
        # Whoever is no approver by the settings is refused before they sign.
        refused = client.post(f"{base}/offers")
        assert (refused.status_code, refused.json()["where"]) == (422, EVE)
    with server.client(robot) as client:
        for path, body in ((f"{base}/offers", None), (base, scene.envelope(BOB).as_json())):
            assert client.post(path, json=body).json()["why"] == "forbidden by guard.agents-never-approve"
    with server.client(bob) as client:
        offered = client.post(f"{base}/offers").json()
        subject = Subject.from_json(offered["subject"])
        assert (subject.approver, subject.digest) == (BOB, offered["digest"])
        foreign = client.post(base, json=scene.envelope(ADA).as_json())
        assert (foreign.status_code, foreign.json()["code"]) == (403, "access.denied")
        envelope = signed(subject, str(scene.keys["bob"]))
        other = signed(subject, str(scene.keys["eve"]))
        assert client.post(base, json=other.as_json()).status_code == 422
        taken = client.post(base, json=envelope.as_json())
        assert taken.status_code == 201, taken.text
        assert taken.json()["envelope"] == envelope.as_json()
        told = client.get(base).json()
        assert (told["approvers"], told["holds"]) == ([BOB], False)
        assert canonical(envelope.as_json()) == server.parts.shop.store.get(taken.json()["recorded"])
    with server.client(cyd) as client:
        subject = Subject.from_json(client.post(f"{base}/offers").json()["subject"])
        taken = client.post(base, json=signed(subject, str(scene.keys["cyd"])).as_json())
        assert taken.json()["enough"] is True
        assert client.get(base).json()["holds"] is True


def test_a_canary_is_told_whole(server: Served, scene: Scene) -> None:
    with server.client(server.key("person", EVE, ("reader",))) as client:
        told = client.get(f"/api/v1/plans/{scene.plan.id}/canary").json()
    assert (told["plan"], told["ok"], told["done"]) == (scene.plan.id, True, 1)
    assert set(told["gates"]) >= {"imports", "smoke"}
