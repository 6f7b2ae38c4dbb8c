"""The page about agents shows packs, who holds which until when, and what was submitted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from laneshift.agents.claims.claiming import claim
from laneshift.agents.packs.ended import JUDGED
from laneshift.agents.packs.making import made
from laneshift.wiring import changes, open_claims
from tests.agents.packs.scene import Scene, scene
from tests.agents.packs.test_making import MOVES, SMALL
from tests.server.pages.test_rendered import Tags
from tests.server.serving import Served, served


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("packs") / "r", SMALL, MOVES)


@pytest.fixture(scope="module")
def server(place: Scene) -> Iterator[Served]:
    with served(place.path) as found:
        yield found


def told(server: Served) -> str:
    with server.client() as client:
        answer = client.get("/agents")
    assert answer.status_code == 200, answer.text
    assert "<b>" not in answer.text
    return Tags(answer.text).text


def test_packs_claims_and_submissions_are_shown(server: Served, place: Scene) -> None:
    assert "No packs were made." in told(server)
    shop, plan = place.shop, place.plan
    first, *others = made(shop, plan, place.agents("codex", "sweeper"))
    text = told(server)
    assert all(pack.id in text for pack in (first, *others))
    assert f"after {first.id}" in text
    assert "% less than the most" in text
    held = claim(shop, open_claims(shop), changes(shop.repository), first.id, first.agent, 3600)
    text = told(server)
    assert f"held by {first.agent}" in text
    made(shop, plan, place.agents("gemini"))
    assert f"{first.agent} holds {first.id} of an earlier cut until" in told(server)
    facts = {"plan": plan.id, "pack": first.id, "agent": first.agent, "claim": held.id, "commit": "<b>" + "1" * 37}
    shop.journal.append("judged/1", JUDGED, {**facts, "accepted": False, "branch": ""})
    assert f"{first.agent} submitted {first.id}" in told(server)
    assert "not taken" in told(server)
