"""Passkeys in a real browser, by its virtual authenticator: enrol by a link, sign out and in, and approve a canary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from laneshift.runs.approval_judging import bench_of, standings
from laneshift.server.options import Options
from tests.approval_scene import ADA, SETTINGS, Scene, scene_at
from tests.ports import free_port
from tests.repo.builders import commit_files
from tests.server.pages.chromium import PATIENCE, authenticator, chromium, looking
from tests.server.serving import served

FILE = "keys/passkeys"
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def port() -> int:
    """The settings have to name the origin before there is a server."""
    return free_port()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, port: int) -> Scene:
    """A canary that one person has to approve, and no passkey so far."""
    site = f'\n[features]\nwebauthn = true\n\n[webauthn]\nrp_id = "localhost"\norigins = ["http://localhost:{port}"]\n'
    text = SETTINGS.replace("hours =", f'passkeys = "{FILE}"\nhours =').replace("two_person = true", "") + site
    return scene_at(tmp_path_factory.mktemp("browser-passkeys"), {FILE: "# nobody yet\n"}, text)


def test_from_a_link_to_an_approval(browser: Browser, scene: Scene, port: int) -> None:
    base = f"http://localhost:{port}"
    with (
        served(scene.path, Options(port=port, enroll=ADA)) as server,
        looking(browser, base, viewport={"width": 400, "height": 800}) as looked,
    ):
        page = looked.page
        authenticator(page)
        link = server.parts.passkeys.site().page(server.url, f"/id/enrol#{server.parts.link}")
        assert link.startswith(f"{base}/id/enrol#")
        looked.go(link)
        assert looked.faults() == []
        page.get_by_role("button", name="Register a passkey").press("Enter")
        expect(page.get_by_role("status").last).to_have_text(f"Done, {ADA}.")
        line = page.locator("#passkey-line").inner_text()
        assert line.startswith(f"{ADA} ")
        assert "#" not in page.url, "the secret stays in no history"
        looked.shot("passkey-enrolled-400")
        looked.go("/")
        page.get_by_role("button", name="Sign out").press("Enter")
        page.wait_for_url("**/id/sign-in")
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        looked.shot("passkey-sign-in-400")
        assert looked.faults() == []
        page.get_by_role("button", name="Sign in with a passkey").press("Enter")
        page.wait_for_url(f"{base}/")
        expect(page.locator(".who")).to_have_text(ADA)
        looked.go(f"/runs/{scene.plan.id}/approval")
        button = page.get_by_role("button", name="Approve with a passkey")
        assert looked.complaints == []
        button.press("Enter")
        said = page.locator("form[data-passkey=approve] output")
        expect(said).to_contain_text("not among those that the repository names")
        commit_files(scene.path, {FILE: f"{line}\n"})
        button.press("Enter")
        expect(page.locator("#approval-state")).to_contain_text("Approved.")
        looked.shot("passkey-approved-400")
        assert looked.faults() == []
        # The refusal of before is all that the browser may have complained of.
        assert all("status of 4" in each for each in looked.complaints), looked.complaints
        held, counting = standings(bench_of(scene.shop(), scene.plan))
        assert (held.holds, held.approvers) == (True, (ADA,))
        assert counting[0].checked.envelope.method == "passkey"
        assert Path(scene.path / ".git/laneshift/access/people.sqlite").exists()
