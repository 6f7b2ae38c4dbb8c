"""The pages in a real browser: at every size, light and dark, with scripts and without, live and refused."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from laneshift.runs import working
from laneshift.runs.performing import perform
from laneshift.runs.requesting import ask
from laneshift.runs.working import Landing
from laneshift.server.pages import PAGES
from tests.server.pages.chromium import PATIENCE, Looked, chromium, looking
from tests.server.pages.keyboard import to
from tests.server.serving import Served, served
from tests.toy import planned, shop_at, toy

MOVE = "labs.left\tlabs/left.py\tcore/left.py\nlabs.nowhere\tlabs/nowhere.py\tcore/nowhere.py\n"
CHANGES = {
    "labs/left.py": "SIDE = 'left'\n",
    "core/uses.py": "from labs.left import SIDE  # </td><script>document.title = 'stolen'</script>\n\nUSED = SIDE\n",
}
LOOKED_AT_ELSEWHERE = {"/flows", "/flows/{flow}", "/flow-runs/{run}", "/traces", "/traces/{trace}"}
"""By the tests of these pages, where there is something to see on them."""
SIZES = [(400, "light"), (1600, "dark"), (400, "dark"), (1600, "light")]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch whose item was run, proposed, landed and taken back, as requests of the API ask for."""
    path = toy(tmp_path_factory.mktemp("browser") / "repo", CHANGES)
    plan = planned(path, MOVE, "core.tsv", skip_refused=True)
    shop = shop_at(path)
    assert perform(shop, ask(shop.journal, plan, "run", {}, "person:ada@example.org", "local"), 1)
    assert working.land(shop, plan, Landing(by="pull-request"))["result"] == "proposed"
    for verb in ("land", "rollback"):
        assert perform(shop, ask(shop.journal, plan, verb, {}, "person:ada@example.org", "local"), 1)
    return path


@pytest.fixture(scope="module")
def site(repository: Path) -> Iterator[Served]:
    """A server that lets in whoever is on this machine."""
    with served(repository) as found:
        yield found


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own, where access keys exist."""
    with served(toy(tmp_path_factory.mktemp("keyed") / "repo")) as found:
        yield found


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own, for whoever is on this machine, where landings are stopped."""
    path = toy(tmp_path_factory.mktemp("frozen") / "repo")
    planned(path, MOVE.splitlines()[0] + "\n", "core.tsv", skip_refused=True)
    with served(path) as found:
        yield found


@pytest.fixture
def looked(browser: Browser, site: Served) -> Iterator[Looked]:
    with looking(browser, site.url, viewport={"width": 1100, "height": 900}) as found:
        yield found
        assert found.complaints == []


def own_pages(plan: str) -> list[str]:
    """Those that are looked at here."""
    parts = ("", "/items/labs.left", "/approval", "/trains", "/rollback")
    own = ["/", *(f"/runs/{plan}{part}" for part in parts), "/lanes", "/stars", "/reports", "/reports/stars"]
    return [*own, "/journal", "/agents", "/keys", "/changes", "/changes/1", "/id/sign-in", "/id/enrol"]


def test_no_page_is_left_out() -> None:
    routers = [import_module(f"laneshift.server.pages.{name}").router for name in PAGES if name != "static_files"]
    routes = [route for router in routers for route in router.routes if "GET" in route.methods]
    unseen = {route.path for route in routes if not any(route.path_regex.match(path) for path in own_pages("core"))}
    assert unseen == LOOKED_AT_ELSEWHERE


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_fits_and_can_be_used_by_everybody(browser: Browser, site: Served, width: int, scheme: str) -> None:
    plan = site.parts.plans.load("core").id
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with looking(browser, site.url, **options) as looked:
        for path in [*own_pages(plan), "/runs/nothing"]:
            looked.go(path)
            assert looked.faults() == [], (path, width, scheme)
            assert looked.page.evaluate("window.shifted") < 0.02, (path, width)
            if (width, scheme) in SIZES[:2]:
                looked.shot(f"{path.replace(plan, 'core').strip('/') or 'runs'}-{width}-{scheme}")
        # /keys is refused to whoever came in as themselves, and a batch that is not there is not there.
        assert [each[:3] for each in looked.failed] == ["403", "404"]
        assert all("status of 4" in each for each in looked.complaints), looked.complaints


def test_keys_are_made_seen_once_and_ended(browser: Browser, keyed: Served) -> None:
    """By keyboard, by an administrator; then the new key is refused."""
    admin = {"Authorization": f"Bearer {keyed.key()}"}
    with looking(browser, keyed.url, extra_http_headers=admin, viewport={"width": 1100, "height": 900}) as looked:
        page = looked.page
        looked.go("/keys")
        page.get_by_label("Whose e-mail address is").fill("eve@example.org")
        to(page, "Make the key", "button")
        said = page.locator("form[data-api='/api/v1/keys'] output")
        expect(said).to_contain_text("The key, shown this once: lsk_")
        text = said.inner_text().rpartition(" ")[2]
        looked.shot("keys-made")
        with keyed.client(text) as eve:
            assert eve.get("/api/v1/me").json()["name"] == "eve@example.org"
        looked.go("/keys")
        assert text not in page.content()
        assert looked.faults() == []
        row = page.locator("tbody tr").filter(has_text="eve@example.org")
        to(page, row.get_by_role("button").get_attribute("aria-label") or "", "button")
        expect(row.locator(".state")).to_have_text("revoked")
        with keyed.client(text) as eve:
            assert eve.get("/api/v1/me").status_code == 401
        looked.shot("keys-ended")
        assert (looked.complaints, looked.failed) == ([], [])


def test_landing_is_frozen_and_let_go_on(browser: Browser, frozen: Served) -> None:
    """By keyboard, on the smallest screen, in the light and in the dark; a reason may be one long word."""
    for width, scheme in SIZES[::2]:
        options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        with looking(browser, frozen.url, **options) as looked:
            page = looked.page
            looked.go("/")
            page.get_by_label("Why, in one line that goes on record").fill(f"main is red since 02:10 {'x' * 300}")
            to(page, "Freeze landing", "button")
            note = page.get_by_role("note").filter(has_text="Landing is frozen")
            expect(note).to_contain_text("xxx. It stands until a person ends it.")
            assert looked.faults() == []
            looked.shot(f"frozen-{width}-{scheme}")
            page.get_by_label("Why, in one line that goes on record").fill("it is green again")
            to(page, "End the freeze", "button")
            expect(page.get_by_role("button", name="Freeze landing")).to_be_visible()
            expect(note).to_have_count(0)
            assert (looked.complaints, looked.failed) == ([], [])


def test_what_somebody_could_not_use_is_found(looked: Looked) -> None:
    looked.go("/")
    assert looked.faults() == []
    looked.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        ' \'<img src="/static/icon.svg" width="9000" height="8">\')'
    )
    found = looked.faults()
    assert [each.partition(":")[0] for each in found[:1]] == ["image-alt"]
    assert found[-1].endswith("pixels too wide")


def test_pages_are_read_without_scripts(browser: Browser, site: Served) -> None:
    with looking(browser, site.url, java_script_enabled=False) as looked:
        looked.page.goto("/runs/core?show=ready")
        assert "labs.left" in looked.page.locator("table[data-rows]").inner_text()
        looked.page.get_by_role("link", name="labs.left").click()
        assert looked.page.locator("#steps ~ .wide tbody tr").count() == 9
        assert looked.page.locator("button[disabled]").count() == 0
        looked.page.goto("/runs/core")
        assert looked.page.get_by_role("button", name="Run what waits").is_disabled()
        looked.page.get_by_role("searchbox").fill("nowhere")
        looked.page.get_by_role("button", name="Show").click()
        assert "labs.left" not in looked.page.locator("table[data-rows]").inner_text()


def test_tables_are_walked_by_arrow_keys(looked: Looked) -> None:
    looked.go("/runs/core")
    first = looked.page.get_by_role("link", name="labs.left")
    first.focus()
    for key, name in (("ArrowDown", "labs.nowhere"), ("ArrowDown", "labs.nowhere"), ("Home", "labs.left")):
        looked.page.keyboard.press(key)
        assert looked.page.evaluate("document.activeElement.textContent") == name


def test_news_leave_whoever_reads_where_they_are(browser: Browser, site: Served) -> None:
    plan = site.parts.plans.load("core")
    with looking(browser, site.url, viewport={"width": 400, "height": 900}) as looked:
        page = looked.page
        looked.go(f"/runs/{plan.id}")
        expect(page.locator("#live-state")).to_have_text("Live.")
        assert page.evaluate("window.shifted") < 0.02
        page.get_by_role("link", name="labs.left").focus()
        page.evaluate("document.getElementById('live-items').scrollLeft = 150")
        page.evaluate("document.getElementById('live-items').dataset.old = 'yes'")
        facts = {"plan": plan.id, "item": "labs.left", "step": "review", "inputs": ""}
        site.parts.shop.journal.append(f"{plan.id}/run-99/labs.left/review/began", "step.began", facts)
        expect(page.locator("#live-items:not([data-old])")).to_have_count(1)
        page.wait_for_function("document.getElementById('live-items').scrollLeft === 150")
        assert page.evaluate("document.activeElement.textContent") == "labs.left"
        assert looked.complaints == []


def test_a_refusal_is_told_where_it_was_asked_for(looked: Looked) -> None:
    looked.go("/keys")
    assert "access.denied" in looked.page.locator("main").inner_text()
    assert [each for each in looked.complaints if "403" not in each] == []
    looked.complaints.clear()
