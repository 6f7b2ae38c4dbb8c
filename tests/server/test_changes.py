"""Changes under review over HTTP: listed page by page, told whole, and refused to who may not see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from laneshift.forge.port import Change, Check
from tests.server.serving import Served, served
from tests.toy import toy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path: Path = toy(tmp_path_factory.mktemp("changes") / "repo")
    with served(path) as found:
        found.key()
        forge = found.parts.shop.forge()
        for number in range(5):
            forge.changes.put(Change(f"c-{number}", 0, f"Change {number}", "**body**", f"b-{number}", "main", "c" * 40))
        forge.changes.close("c-1", "not now")
        forge.checks.put("c" * 40, [Check("laneshift/suite", "success", "9 passed")])
        yield found


@pytest.fixture
def client(site: Served) -> Iterator[httpx.Client]:
    with site.client(site.key()) as found:
        yield found


def test_changes_are_listed_page_by_page_the_last_first(client: httpx.Client) -> None:
    listed, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/changes", params={"limit": 2, "cursor": cursor}).json()
        assert len(page["items"]) <= 2
        listed += page["items"]
        cursor = page["next"]
    assert [each["number"] for each in listed] == [5, 4, 3, 2, 1]
    assert {each["number"] for each in listed if each["state"] == "closed"} == {2}
    assert "body" not in listed[0]


def test_a_change_is_told_whole(client: httpx.Client) -> None:
    answer = client.get("/api/v1/changes/1")
    told = answer.json()
    assert (told["title"], told["body"], told["head"], told["forge"]) == ("Change 0", "**body**", "b-0", "local")
    assert told["checks"] == [{"context": "laneshift/suite", "state": "success", "description": "9 passed"}]
    again = client.get("/api/v1/changes/1", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(("number", "status"), [("99", 404), ("0", 422), ("x", 422), ("-1", 422), ("9" * 30, 422)])
def test_what_is_not_there_is_not_found(client: httpx.Client, number: str, status: int) -> None:
    assert client.get(f"/api/v1/changes/{number}").status_code == status


def test_who_may_not_read_changes_sees_none(site: Served) -> None:
    with site.client() as nobody:
        assert nobody.get("/api/v1/changes").status_code == 401
    with site.client(site.key(scopes=("plan.read",))) as narrow:
        assert narrow.get("/api/v1/changes").status_code == 403
        assert narrow.get("/changes/1").status_code == 403
