"""Flows in a real browser: a person asks for a run, watches it, tells it to go on, and sees it end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.runs.flowing.lived import home, lived
from tests.server.flowing import flowing
from tests.server.pages.chromium import PATIENCE, Looked, chromium, looking
from tests.server.pages.keyboard import to
from tests.server.serving import Served, served

BROKEN = '[[steps]]\nname = "a"\nkind = "nothing"\n[[steps]]\nname = "a"\nkind = "wait"\n'
EVIL = """
[inputs.x]
type = "list"
default = ["\\" onfocus=\\"document.title=2\\" autofocus=\\""]
[[steps]]
name = "a"
kind = "wait"
seconds = 1
description = "</svg><script>document.title=1</script>"
"""
LOOKED_AT = {
    (400, "dark"): ("/flows/greet", "waiting", "done"),
    (1600, "light"): ("/flows/broken", "failed", "cancelled"),
    (400, "light"): ("/flows/broken", "failed"),
    (1600, "dark"): ("/flows/greet", "waiting"),
}
"""By width and scheme: a flow, and how runs stand."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    more = {"laneshift/flows/broken.toml": BROKEN, "laneshift/flows/evil.toml": EVIL}
    path = home(tmp_path_factory.mktemp("flow-pages") / "repo", more)
    return path, lived(path)


@pytest.fixture(scope="module")
def site(repository: tuple[Path, dict[str, str]]) -> Iterator[Served]:
    with served(repository[0]) as found, flowing(repository[0]):
        yield found


@pytest.fixture
def looked(browser: Browser, site: Served) -> Iterator[Looked]:
    with looking(browser, site.url, viewport={"width": 1100, "height": 900}) as found:
        yield found
        assert found.complaints == []


@pytest.mark.parametrize(("width", "scheme"), LOOKED_AT)
def test_every_page_of_flows_fits_and_can_be_used_by_everybody(
    browser: Browser, site: Served, repository: tuple[Path, dict[str, str]], width: int, scheme: str
) -> None:
    flow, *some = LOOKED_AT[width, scheme]
    paths = ["/flows", flow, *(f"/flow-runs/{repository[1][name]}" for name in some)]
    with looking(browser, site.url, viewport={"width": width, "height": 900}, color_scheme=scheme) as looked:
        for number, path in enumerate(paths):
            looked.go(path)
            expect(looked.page.locator("#main h1")).to_be_visible()
            assert looked.faults() == [], path
            assert looked.page.evaluate("window.shifted") < 0.1, path
            looked.shot(f"flow-{number}-{width}-{scheme}")
        assert looked.complaints == []


def test_a_person_asks_watches_tells_and_sees_it_end_by_keyboard_alone(looked: Looked) -> None:
    page = looked.page
    looked.go("/flows")
    to(page, "greet")
    page.get_by_role("textbox", name="lanes").fill('["labs", "core", "serve"]')
    with page.expect_navigation():
        to(page, "Run greet", "button")
    stands = page.locator("#stands")
    expect(stands).to_have_attribute("data-state", "waiting")
    expect(page.locator("#graph svg")).to_contain_text("wait · waiting")
    to(page, "Tell it go", "button")
    # Nobody loads the page again: the events of the run do.
    expect(stands).to_have_attribute("data-state", "done")
    expect(page.locator("#graph svg")).to_contain_text("3 of 3 done")
    expect(page.locator("#graph svg")).to_contain_text("command · skipped")
    expect(page.locator("#steps")).to_contain_text("member 3")
    expect(page.locator("#signal-go")).to_have_count(0)
    assert looked.failed == []


def test_a_run_that_waits_is_ended_and_tried_again(looked: Looked, site: Served) -> None:
    with site.client() as client:
        run = client.post("/api/v1/flows/greet/runs", json={}).json()["id"]
    page = looked.page
    looked.go(f"/flow-runs/{run}")
    stands = page.locator("#stands")
    expect(stands).to_have_attribute("data-state", "waiting")
    page.get_by_role("button", name="End this run").press("Enter")
    expect(stands).to_have_attribute("data-state", "cancelled")
    expect(page.locator("#graph svg")).to_contain_text("command · undone")
    page.get_by_label("Do again from").select_option("count")
    page.get_by_role("button", name="Try again").press("Enter")
    expect(stands).to_have_attribute("data-state", "waiting")
    expect(stands).to_contain_text("attempt 2")
    page.get_by_role("button", name="End this run").press("Enter")
    expect(stands).to_have_attribute("data-state", "cancelled")


def test_what_is_no_json_is_told_and_asks_nothing(looked: Looked) -> None:
    looked.go("/flows/greet")
    looked.page.get_by_role("textbox", name="lanes").fill("labs, core")
    looked.page.get_by_role("button", name="Run greet").press("Enter")
    expect(looked.page.locator("form.ask output")).to_contain_text("is not JSON")
    looked.page.get_by_role("textbox", name="lanes").fill('"labs"')
    looked.page.get_by_role("button", name="Run greet").press("Enter")
    expect(looked.page.locator("form.ask output")).to_have_class("bad")
    expect(looked.page).to_have_url(f"{looked.page.url}")
    # The browser itself says that the server refused the second.
    assert [said for said in looked.complaints if "422" not in said] == []
    looked.complaints.clear()


def test_flows_can_be_read_without_scripts(
    browser: Browser, site: Served, repository: tuple[Path, dict[str, str]]
) -> None:
    with looking(browser, site.url, java_script_enabled=False) as looked:
        looked.go("/flows")
        expect(looked.page.locator("#flow-greet")).to_be_visible()
        looked.go(f"/flow-runs/{repository[1]['failed']}")
        expect(looked.page.locator("#graph svg")).to_contain_text("command · failed")
        expect(looked.page.locator("#history")).to_contain_text("step ended")
        looked.go("/flows/broken")
        expect(looked.page.locator(".note")).to_contain_text("laneshift/flows/broken.toml:")


def test_what_a_definition_says_steers_nothing(looked: Looked) -> None:
    looked.go("/flows/evil")
    assert looked.page.title().startswith("evil")
    assert looked.page.locator("main script").count() == 0
    assert looked.page.locator("[onfocus]").count() == 0
    expect(looked.page.get_by_role("textbox", name="x list")).to_have_attribute(
        "placeholder", '["\\" onfocus=\\"document.title=2\\" autofocus=\\""]'
    )
