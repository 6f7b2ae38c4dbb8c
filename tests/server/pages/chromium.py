"""The distribution's Chromium, driven by playwright: nothing is downloaded, and what a page complains of is heard."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

PATIENCE = 240_000
"""Milliseconds to wait for what a slow machine does at last."""
SHOTS = Path(__file__).resolve().parents[3] / ".cache" / "screenshots"
_SERIOUS = {"serious", "critical"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without windows."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found is not None, "the tests need chromium: make tools installs it, or your distribution does"
    # Chromium's own sandbox refuses to run as root, as continuous integration does.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@dataclass
class Looked:
    """A page, and everything that it complained of."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Requests that came to nothing or to an error; what a page gave up because it was left is none."""

    def go(self, address: str) -> None:
        """Open an address, and wait until it can be used."""
        self.page.goto(address, wait_until="load")

    def faults(self) -> list[str]:
        """What axe-core calls serious or worse, and whether the page is wider than the window."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        told = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in _SERIOUS]
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [*told, *([f"{over} pixels too wide"] if over > 0 else [])]

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{re.sub('[^a-z0-9-]+', '-', name)}.png", full_page=True)


def _failed(looked: Looked, asked: Request) -> None:
    if asked.failure != "net::ERR_ABORTED":
        looked.failed.append(f"{asked.failure} {asked.url}")


def _refused(looked: Looked, got: Response) -> None:
    if got.status >= 400:
        looked.failed.append(f"{got.status} {got.url}")


def authenticator(page: Page) -> None:
    """Give the browser a passkey of its own that verifies whoever uses it."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@contextmanager
def looking(browser: Browser, base: str, **options: Any) -> Iterator[Looked]:
    """A window of its own, in which nothing was done before."""
    context = browser.new_context(base_url=base, **options)
    context.set_default_timeout(PATIENCE)
    looked = Looked(context.new_page(), context)
    looked.page.on("console", lambda said: looked.complaints.append(said.text) if said.type == "error" else None)
    looked.page.on("pageerror", lambda error: looked.complaints.append(str(error)))
    looked.page.on("requestfailed", lambda asked: _failed(looked, asked))
    looked.page.on("response", lambda got: _refused(looked, got))
    # The layout is watched from the first moment on: what moves without being asked to is a complaint.
    looked.page.add_init_script(
        "window.shifted = 0; new PerformanceObserver((list) => { for (const each of list.getEntries())"
        " if (!each.hadRecentInput) window.shifted += each.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    yield looked
    context.close()
