"""A person lands a batch in a real browser, by keyboard alone, from the first passkey to the rollback."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from laneshift.runs.events import Event
from laneshift.server.options import Options
from tests.approval_scene import ADA, SETTINGS
from tests.ports import free_port
from tests.repo.builders import commit_files
from tests.server.pages.chromium import PATIENCE, Looked, authenticator, chromium, looking
from tests.server.pages.keyboard import to
from tests.server.pages.working import working
from tests.server.serving import Served, served
from tests.toy import Done, laneshift, planned, toy, tree_of

PASSKEYS = "keys/passkeys"
MOVES = "labs.left\tlabs/left.py\tcore/left.py\nlabs.right\tlabs/right.py\tcore/right.py\n"
FILES = {
    "labs/left.py": "SIDE = 'left'\n",
    "labs/right.py": "SIDE = 'right'\n",
    "core/uses.py": "from labs.left import SIDE  # </td><script>document.title = 'stolen'</script>\n\nUSED = SIDE\n",
    "keys/signers": "# nobody signs here\n",
    "keys/revoked": "# nobody yet\n",
    "rules/stars.toml": "stars = 1\n",
    "rules/canon/one.md": "one\n",
    "rules/schema.json": "{}\n",
    PASSKEYS: "# nobody yet\n",
}
expect.set_options(timeout=PATIENCE)


class Held:
    """A worker that can be held at its next step, so that what a page shows meanwhile is no matter of luck."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def report(self, event: Event) -> None:
        """As a worker tells."""
        if event.kind == "step":
            assert self.go.wait(PATIENCE / 1000), "nobody let the worker go on"


@dataclass(frozen=True)
class Scene:
    """A server where one person has to approve, its browser and its worker."""

    path: Path
    server: Served
    looked: Looked
    held: Held

    @property
    def page(self) -> Page:
        """What the person sees."""
        return self.looked.page


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    port = free_port()
    site = f'\n[features]\nwebauthn = true\n\n[webauthn]\nrp_id = "localhost"\norigins = ["http://localhost:{port}"]\n'
    settings = SETTINGS.replace("hours =", f'passkeys = "{PASSKEYS}"\nhours =').replace("two_person = true", "") + site
    path = toy(tmp_path / "repo", {**FILES, "laneshift.toml": settings})
    held = Held()
    window = {"viewport": {"width": 1100, "height": 900}}
    try:
        with (
            served(path, Options(port=port, enroll=ADA)) as server,
            working(path, held.report),
            chromium() as browser,
            looking(browser, f"http://localhost:{port}", **window) as looked,
        ):
            authenticator(looked.page)
            yield Scene(path, server, looked, held)
    finally:
        held.go.set()


def test_a_person_lands_a_batch_and_takes_it_back_by_keyboard_alone(scene: Scene) -> None:
    looked, page, path = scene.looked, scene.page, scene.path
    enrolled(scene)
    planned(path, MOVES, "core.tsv")
    before = tree_of(path, "main")
    looked.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    to(page, "core")
    canary_seen(scene)
    approved(page, looked)
    run_seen(page, looked)
    edits_read(page, looked)
    to(page, "core")
    to(page, "Land what is ready", "button")
    expect(page.locator(".note.is-done")).to_contain_text("Landed: 2 item(s)")
    expect(page.locator(".asked .state").first).to_have_text("done")
    landed = tree_of(path, "main")
    assert landed != before
    to(page, "Trains")
    expect(page.locator("#live")).to_contain_text("2 items as")
    looked.shot("journey-trains")
    rolled_back(scene, landed)
    assert tree_of(path, "main") == before
    assert looked.complaints == []
    assert looked.failed == []
    # Nothing of what the server knows about passkeys and sessions is needed to judge what it let in.
    shutil.rmtree(path / ".git" / "laneshift" / "access")
    holds(laneshift(path, "verify", "core", "--json"))


def enrolled(scene: Scene) -> None:
    """The person registers a passkey, and its line comes into the repository."""
    page = scene.page
    secret = scene.server.parts.passkeys.site().page(scene.server.url, f"/id/enrol#{scene.server.parts.link}")
    scene.looked.go(secret)
    to(page, "Register a passkey", "button")
    expect(page.locator("form[data-passkey] output")).to_have_text(f"Done, {ADA}.")
    line = page.locator("#passkey-line").inner_text()
    assert line.startswith(f"{ADA} ")
    commit_files(scene.path, {PASSKEYS: f"{line}\n"})


def canary_seen(scene: Scene) -> None:
    """A canary is asked for on one page and watched on another, as it comes about."""
    page = scene.page
    to(page, "Canary and approval")
    expect(page.locator("#live-state")).to_have_text("Live.")
    expect(page.locator("#live")).to_contain_text("No canary of this plan has ended.")
    to(page, "Run a canary", "button")
    expect(page.locator(".asked .state").first).to_have_text("working")
    to(page, "Items")
    expect(page.locator("#live-state")).to_have_text("Live.")
    expect(page.locator("#groups")).to_contain_text("1 running")
    page.evaluate("window.same = 'still here'")
    scene.held.go.set()
    expect(page.locator("#groups")).to_contain_text("1 ready")
    expect(page.locator(".asked .state").first).to_have_text("done")
    assert page.evaluate("window.same") == "still here", "the page followed by being loaded again"
    scene.looked.shot("journey-canary")


def approved(page: Page, looked: Looked) -> None:
    """The person reads what the canary found and every digest, and approves with the passkey."""
    to(page, "Canary and approval")
    expect(page.locator("#live")).to_contain_text("1 item went first, 0 of them failed")
    expect(page.locator("#approval-state")).to_contain_text("Not approved yet")
    assert page.locator("dl dd code").filter(has_text="sha256:").count() >= 5
    to(page, "Approve with a passkey", "button")
    expect(page.locator("#approval-state")).to_contain_text("Approved.")
    expect(page.locator("form[data-passkey] output")).to_have_text(f"Done, {ADA}.")
    assert page.evaluate("document.activeElement.textContent") == "Approve with a passkey"
    looked.shot("journey-approved")


def run_seen(page: Page, looked: Looked) -> None:
    """What is left runs; the page follows it by itself, to its end."""
    to(page, "Items")
    to(page, "Run what waits", "button")
    expect(page.locator("#groups")).to_contain_text("2 ready")
    expect(page.locator(".asked .state").first).to_have_text("done")
    expect(page.locator("svg.chart")).to_have_count(1)
    looked.shot("journey-ready")


def edits_read(page: Page, looked: Looked) -> None:
    """What an item went through, and what it edits."""
    to(page, "labs.left")
    expect(page.locator("#steps ~ .wide .is-passed")).to_have_count(9)
    edits = page.locator(".edits").filter(has_text="labs.left")
    expect(edits.locator(".gone").first).to_contain_text("from labs.left import SIDE  # </td><script>")
    expect(edits.locator(".come").first).to_contain_text("from core.left import SIDE")
    assert page.title().startswith("labs.left")
    looked.shot("journey-item")


def rolled_back(scene: Scene, landed: str) -> None:
    """The way back is shown, not asked for before it was confirmed, and seen to its end on the same page."""
    page = scene.page
    to(page, "Rollback")
    expect(page.locator("#live")).to_contain_text("the same, byte for byte")
    to(page, "Roll back", "button")
    assert tree_of(scene.path, "main") == landed
    assert page.evaluate("document.querySelector('form[data-api*=rollbacks]').checkValidity()") is False
    scene.looked.go(page.url)
    to(page, "", "checkbox")
    to(page, "Roll back", "button")
    expect(page.locator("#live .note.is-done")).to_contain_text("2 items, by commit")
    expect(page.locator(".asked .state").first).to_have_text("done")
    expect(page.locator("#live")).to_contain_text("Nothing has landed.")
    scene.looked.shot("journey-rolled-back")


def holds(done: Done) -> None:
    """`laneshift verify` finds the approval good, by the repository and the journal alone."""
    assert done.code == 0, done.out + done.err
    assert done.data["approvers"] == [ADA], done.data
