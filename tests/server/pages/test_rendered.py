"""Every page over HTTP: who may see it, what it lets a browser do, and that nothing in it steers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest

from laneshift.errors import Fault, Refused
from laneshift.forge.port import Change
from laneshift.server.pages import PAGES
from laneshift.server.pages.assets import asset, contents
from tests.matriz.told import TRACE
from tests.server.conftest import FLOW, FLOW_RUN
from tests.server.serving import Served, served
from tests.toy import planned, toy

EVIL = "<script>alert(1)</script>\"'&"
TURNED = "\u202egnp.\u2066"
REVIEW = Change(
    "review", 0, EVIL, f"## {EVIL}\n\n[x](javascript:alert(1)) {EVIL}\n", "laneshift-pr/x", "main", "c" * 40
)


class Tags(HTMLParser):
    """Every tag with its attributes, and what stands between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(server: Served) -> list[str]:
    """The address of every page, with what there is in the repository of the tests."""
    plan = server.parts.plans.load("core").id
    routers = [import_module(f"laneshift.server.pages.{name}").router for name in PAGES]
    paths = [route.path for router in routers for route in router.routes]
    named = {"{plan}": plan, "{item:path}": "labs.shapes", "/reports/{name}": "/reports/stars"}
    named |= {"{flow}": FLOW, "{run}": FLOW_RUN, "{trace}": TRACE.id, "{number}": "1"}
    server.parts.shop.forge().changes.put(REVIEW)
    server.parts.engine.traces.keep(TRACE)
    for name, value in named.items():
        paths = [path.replace(name, value) for path in paths]
    # Files are for everybody, and so is where people come in: these have tests of their own.
    return [path for path in paths if not path.startswith(("/static/", "/id/"))]


@pytest.fixture(scope="module")
def addresses(server: Served) -> list[str]:
    found = pages(server)
    assert len(found) >= 13
    return found


def test_every_page_answers_and_loads_nothing_but_files_of_this_server(
    server: Served, admin: str, addresses: list[str]
) -> None:
    with server.client(admin) as client:
        for path in addresses:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert answer.headers["content-type"].startswith("text/html")
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            found = Tags(answer.text)
            for tag, attributes in found.tags:
                assert not {name for name in attributes if name.startswith("on") or name == "style"}, (path, tag)
                assert tag != "style", path
                assert tag != "script" or (attributes["src"] or "").startswith("/static/"), path
                assert not (attributes.get("href") or "/").startswith(("http", "javascript", "//")), path


def test_what_a_page_names_is_there_and_may_be_kept_for_good(server: Served) -> None:
    with server.client() as client:
        for name in contents():
            answer = client.get(asset(name))
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
            assert client.get(f"/static/{name}").headers["cache-control"] == "private, no-cache"
        assert "Zero-Clause BSD" in client.get("/static/htmx.LICENSE.txt").text
        for name in ("nothing.js", "..%2frendering.py", "vendor%2fhtmx.min.js", "base.html"):
            assert client.get(f"/static/{name}").status_code == 404


def test_nobody_sees_a_page_without_saying_who_they_are(server: Served, addresses: list[str]) -> None:
    with server.client() as client:
        for path in addresses:
            answer = client.get(path)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["cache-control"] == "no-store"
            assert "access.no-credential" in Tags(answer.text).text
            assert "core" not in Tags(answer.text).text, path


def test_who_may_read_sees_everything_but_the_keys(server: Served, addresses: list[str]) -> None:
    with server.client(server.key(name="eve@example.org", roles=("reader",))) as client:
        refused = {path for path in addresses if client.get(path).status_code == 403}
    assert refused == {"/keys"}


def test_what_is_not_there_is_told_as_a_page(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        for path, status in (
            ("/runs/nothing", 404),
            (f"/runs/{plan}/items/nothing", 404),
            ("/reports/nothing", 404),
            (f"/runs/{plan}?show=nothing", 422),
            (f"/runs/{plan}?cursor=nothing", 422),
            ("/journal?cursor=nothing", 422),
        ):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), path
            assert Tags(answer.text).tags[0][0] == "html"


def test_what_has_not_changed_is_not_sent_again(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        for path in ("/", f"/runs/{plan}", f"/runs/{plan}/items/labs.shapes", "/journal"):
            tag = client.get(path).headers["etag"]
            again = client.get(path, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b""), path


def test_an_item_shows_all_nine_steps_and_what_it_edits(server: Served, admin: str) -> None:
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        text = client.get(f"/runs/{plan}/items/labs.shapes").text
        rollback = client.get(f"/runs/{plan}/rollback").text
    steps = [attributes["id"] for tag, attributes in Tags(text).tags if tag == "tr" and "id" in attributes]
    assert len(steps) == 9
    assert steps[0] == "step-review"
    assert "the same, byte for byte" in rollback
    assert f"/api/v1/plans/{plan}/rollbacks" in rollback


def test_the_journal_tells_whether_it_holds(server: Served, admin: str) -> None:
    with server.client(admin) as client:
        told = Tags(client.get("/journal?kind=land.recorded").text).text
    assert "chain whole" in told
    assert "land.recorded" in told
    assert "plan.made" not in told


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A batch of a thousand items, some with names that would like to be more than that."""
    path = toy(tmp_path_factory.mktemp("hostile") / "repo")
    lines = [f"labs.{EVIL}{TURNED}\tlabs/{EVIL}.py\tcore/{TURNED}.py"]
    lines += [f"labs.m{number:04}\tlabs/m{number:04}.py\tcore/m{number:04}.py" for number in range(999)]
    planned(
        path, "\n".join([*lines, "labs.plugin\tlabs/plugin.py\tcore/plugin.py"]) + "\n", "big.tsv", skip_refused=True
    )
    with served(path) as found:
        yield found


def test_names_are_shown_and_never_read_as_markup(hostile: Served, tmp_path: Path) -> None:
    with hostile.client() as client:
        text = client.get("/runs/big").text
        state = client.get("/runs/big", params={"q": EVIL, "show": "attention"}).text
        turned = client.get("/runs/big", params={"q": EVIL + TURNED}).text
    assert f"{EVIL}\ufffdgnp.\ufffd" in [a.get("value") for tag, a in Tags(turned).tags if tag == "input"]
    for each in (text, state, turned):
        found = Tags(each)
        assert "<script>alert(1)" not in each
        assert each is turned or EVIL in found.text
        assert not set(TURNED) & set(each) - set("gnp.")
        assert [a for tag, a in found.tags if tag == "script" and "src" not in a] == []
    assert EVIL in [a.get("value") for tag, a in Tags(state).tags if tag == "input"]


def test_a_thousand_items_come_a_hundred_at_a_time(hostile: Served) -> None:
    seen: list[str] = []
    path = "/runs/big"
    with hostile.client() as client:
        while path:
            text = client.get(path).text
            rows = re.findall(r'<a id="row-(\d+)"', text)
            assert 0 < len(rows) <= 100
            seen += rows
            then = [a["href"] for tag, a in Tags(text).tags if tag == "a" and a.get("rel") == "next"]
            path = then[0] or "" if then else ""
    assert len(seen) == len(set(seen)) == 1001
    assert seen == sorted(seen, key=int)


def test_a_page_that_is_refused_tells_each_place(server: Served, admin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise Refused("bad.batch", "two lines are bad", where="b.tsv", faults=[Fault("bad.line", EVIL, "no name")] * 2)

    monkeypatch.setattr("laneshift.server.pages.rollback.rehearsed", broken)
    plan = server.parts.plans.load("core").id
    with server.client(admin) as client:
        seen = Tags(client.get(f"/runs/{plan}/rollback").text)
    assert seen.text.count(f"{EVIL}: no name") == 2
    assert "b.tsv" in seen.text
