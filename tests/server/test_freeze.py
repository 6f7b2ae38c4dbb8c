"""A freeze over HTTP: told, begun once, ended by people who may, and shown with a button to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from laneshift.errors import NeedsPerson
from laneshift.runs import freezing, working
from tests.monorepo import BATCH
from tests.server.serving import ADMIN, BOT, OPERATOR, READER, Served, served
from tests.toy import planned, records, shop_at, toy

PLACE = "/api/v1/freeze"
WHY = "main is red <b>since</b> 02:10"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = toy(tmp_path_factory.mktemp("freeze") / "repo")
    planned(path, BATCH)
    with served(path) as found:
        found.key()
        yield found


@pytest.fixture
def operator(site: Served) -> Iterator[httpx.Client]:
    """Somebody who operates. Afterwards nothing is frozen."""
    with site.client(site.key(name=OPERATOR, roles=("operator",))) as found:
        yield found
        found.delete(PLACE, params={"reason": "the test is over"})


def path_of(site: Served) -> Path:
    return site.parts.shop.repository.git_dir.parent


def test_it_is_begun_told_and_ended_as_on_the_command_line(site: Served, operator: httpx.Client) -> None:
    assert operator.get(PLACE).json() == {"frozen": False, "freeze": None, "on_its_way": []}
    begun = operator.post(PLACE, json={"reason": WHY})
    assert begun.status_code == 201
    held = begun.json()["freeze"]
    assert (held["who"], held["reason"]) == (f"person:{OPERATOR}", WHY)
    assert operator.get(PLACE).json() == begun.json()
    shop = shop_at(path_of(site))
    with pytest.raises(NeedsPerson, match=f"landings are frozen, by person:{OPERATOR}"):
        working.land(shop, shop.plans.load("batch"))
    again = operator.post(PLACE, json={"reason": "another reason"})
    assert (again.status_code, again.json()) == (200, begun.json())
    ended = operator.delete(PLACE, params={"reason": "it is green again"})
    assert (ended.status_code, ended.json()) == (200, held)
    none = operator.delete(PLACE, params={"reason": "it is green again"})
    assert (none.status_code, none.json()["code"]) == (404, "freeze.none")
    thawed = records(path_of(site), "landing.thawed")[-1]
    assert (thawed.actor, thawed.facts["reason"]) == (f"person:{OPERATOR}", "it is green again")
    assert freezing.standing(shop.journal) is None


@pytest.mark.parametrize("reason", ["", " ", "two\nlines", "\u202eturned", "x" * 501, None, 7])
def test_a_reason_is_one_readable_line(operator: httpx.Client, reason: object) -> None:
    assert operator.post(PLACE, json={"reason": reason}).status_code == 422
    if isinstance(reason, str):
        assert operator.delete(PLACE, params={"reason": reason}).status_code in (404, 422)
    assert operator.delete(PLACE).status_code == 422
    assert operator.get(PLACE).json()["frozen"] is False


def test_the_same_request_twice_is_one_freeze(site: Served, operator: httpx.Client) -> None:
    before = len(records(path_of(site), "landing.frozen"))
    key = {"Idempotency-Key": '"one-freeze"'}
    first, second = (operator.post(PLACE, json={"reason": WHY}, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert len(records(path_of(site), "landing.frozen")) == before + 1


def test_who_may_only_read_or_suggest_changes_nothing(site: Served, operator: httpx.Client) -> None:
    operator.post(PLACE, json={"reason": WHY})
    keys = {
        "reader": site.key(name=READER, roles=("reader",)),
        "suggests": site.key("agent", BOT, ("suggest_only", "admin")),
        "agent": site.key("agent", BOT, ("agent",)),
    }
    for key in keys.values():
        with site.client(key) as other:
            assert other.get(PLACE).json()["frozen"] is True
            assert other.post(PLACE, json={"reason": WHY}).status_code == 403
            assert other.delete(PLACE, params={"reason": "mine"}).status_code == 403
    with site.client(site.key("agent", BOT, ("operator",))) as agent:
        assert agent.post(PLACE, json={"reason": WHY}).status_code == 200
        assert agent.delete(PLACE, params={"reason": "mine"}).status_code == 403, "only people let landings go on"
    with site.client() as nobody:
        assert {nobody.request(verb, PLACE).status_code for verb in ("GET", "POST", "DELETE")} == {401}
    assert operator.get(PLACE).json()["frozen"] is True


def test_pages_show_it_and_offer_the_button_to_those_who_may(site: Served, operator: httpx.Client) -> None:
    plan = site.parts.plans.load("batch").id
    assert "Landing is frozen" not in operator.get("/").text
    assert "Freeze landing" in operator.get("/").text
    operator.post(PLACE, json={"reason": WHY})
    for address in ("/", f"/runs/{plan}"):
        text = operator.get(address).text
        assert "Landing is frozen" in text, address
        assert f"by person:{OPERATOR}" in text
        assert "main is red &lt;b&gt;since&lt;/b&gt; 02:10" in text
    assert "End the freeze" in operator.get("/").text
    log = site.parts.log
    count = len(log.last(1000))
    with site.client(site.key(name=READER, roles=("reader",))) as reader:
        text = reader.get("/").text
    assert "Landing is frozen" in text
    assert "data-api" not in text, "whoever may not is offered nothing"
    added = [each.facts for each in log.last(1000) if each.facts["principal"] == f"person:{READER}"]
    assert added[-1]["action"] == "batch.read"
    assert len(log.last(1000)) == count + 1, "offering is no decision"
    with site.client(site.key(name=ADMIN)) as admin:
        assert "End the freeze" in admin.get("/").text
