"""The pages in a real browser: a batch from its canary to its rollback, by keyboard, at every size, light and dark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from laneshift.runs.performing import serve_requests
from tests.server.pages.chromium import PATIENCE, Looked, chromium, looking
from tests.server.serving import Served, served
from tests.toy import planned, shop_at, toy, tree_of

MOVE = "labs.left\tlabs/left.py\tcore/left.py\nlabs.nowhere\tlabs/nowhere.py\tcore/nowhere.py\n"
CHANGES = {
    "labs/left.py": "SIDE = 'left'\n",
    "core/uses.py": "from labs.left import SIDE  # </td><script>document.title = 'stolen'</script>\n\nUSED = SIDE\n",
}
SIZES = [(400, "light"), (1600, "dark"), (400, "dark"), (1600, "light")]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = toy(tmp_path_factory.mktemp("browser") / "repo", CHANGES)
    planned(path, MOVE, "core.tsv", skip_refused=True)
    return path


@pytest.fixture(scope="module")
def site(repository: Path) -> Iterator[Served]:
    """A server that lets in whoever is on this machine, and a worker beside it."""
    with served(repository) as found, working(repository):
        yield found


@contextmanager
def working(path: Path) -> Iterator[None]:
    """Somebody who does what is asked for."""
    stop = threading.Event()
    shop = shop_at(path)
    worker = threading.Thread(target=lambda: serve_requests(shop, 1, stop), name="a worker")
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(300)
        assert not worker.is_alive()


@pytest.fixture
def looked(browser: Browser, site: Served) -> Iterator[Looked]:
    with looking(browser, site.url, viewport={"width": 1100, "height": 900}) as found:
        yield found
        assert found.complaints == []


def to(page: Page, name: str, role: str = "link") -> None:
    """Walk to something by the tab key, and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.tagName === 'A' ? 'link' : e.tagName === 'BUTTON' ? 'button' : e.type, e.textContent.trim(),"
            " getComputedStyle(e).outlineStyle]; })()"
        )
        if here[0] == role and (not name or here[1] == name):
            assert here[2] == "solid", f"nobody sees that {name} has the focus"
            if role == "link":
                with page.expect_navigation():
                    page.keyboard.press("Enter")
            else:
                page.keyboard.press("Space" if role == "checkbox" else "Enter")
            return
    raise AssertionError(f"the tab key does not come to {name}")


def test_a_batch_from_canary_to_rollback_by_keyboard_alone(looked: Looked, site: Served, repository: Path) -> None:
    page = looked.page
    before = tree_of(repository, "main")
    looked.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    to(page, "core")
    expect(page.locator("#live-state")).to_have_text("Live.")
    expect(page.locator("#groups")).to_contain_text("1 waiting")
    # A run: the page follows it by itself, to its end.
    to(page, "Run what waits", "button")
    expect(page.locator(".asked").first).to_contain_text("run")
    expect(page.locator("#groups")).to_contain_text("1 ready")
    expect(page.locator(".asked .state").first).to_have_text("done")
    expect(page.locator("svg.chart")).to_have_count(1)
    looked.shot("run-ready")
    # What it did, and what it edits.
    to(page, "labs.left")
    expect(page.locator("#steps ~ .wide tbody tr")).to_have_count(9)
    expect(page.locator("#steps ~ .wide .is-passed")).to_have_count(9)
    edits = page.locator(".edits").filter(has_text="labs.left")
    expect(edits.locator(".gone").first).to_contain_text("from labs.left import SIDE  # </td><script>")
    expect(edits.locator(".come").first).to_contain_text("from core.left import SIDE")
    assert page.title().startswith("labs.left")
    looked.shot("item")
    # The landing.
    to(page, "core")
    to(page, "Land what is ready", "button")
    expect(page.locator(".note.is-done")).to_contain_text("Landed: 1 item(s)")
    expect(page.locator(".asked .state").first).to_have_text("done")
    landed = tree_of(repository, "main")
    assert landed != before
    to(page, "Trains")
    expect(page.locator("main")).to_contain_text("landed")
    looked.shot("trains")
    # The way back: it is not asked for before it was confirmed.
    to(page, "Rollback")
    expect(page.locator("main")).to_contain_text("the same, byte for byte")
    to(page, "Roll back", "button")
    assert tree_of(repository, "main") == landed
    assert page.evaluate("document.querySelector('form[data-api]').checkValidity()") is False
    looked.go(page.url)
    to(page, "", "checkbox")
    to(page, "Roll back", "button")
    expect(page.locator("form.ask output")).to_contain_text("Asked: waiting")
    looked.go(f"/runs/{site.parts.plans.load('core').id}")
    expect(page.locator("#groups")).to_contain_text("1 ready")
    expect(page.locator(".asked .state").first).to_have_text("done")
    assert tree_of(repository, "main") == before


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_fits_and_can_be_used_by_everybody(browser: Browser, site: Served, width: int, scheme: str) -> None:
    plan = site.parts.plans.load("core").id
    parts = ("", "/items/labs.left", "/approval", "/trains", "/rollback")
    paths = [f"/runs/{plan}", "/lanes"]
    if (width, scheme) in SIZES[:2]:
        paths = ["/", *(f"/runs/{plan}{part}" for part in parts), "/lanes", "/stars", "/reports", "/journal", "/agents"]
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with looking(browser, site.url, **options) as looked:
        for path in paths:
            looked.go(path)
            assert looked.faults() == [], (path, width, scheme)
            assert looked.page.evaluate("window.shifted") < 0.02, (path, width)
            looked.shot(f"{path.replace(plan, 'core').strip('/') or 'runs'}-{width}-{scheme}")
        assert looked.complaints == []


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
