"""Traces in a real browser: the list with the health of nodes, and a run as a graph."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from laneshift.matriz.trace import Origin
from tests.server.matriz import asked, with_nodes
from tests.server.pages.chromium import PATIENCE, chromium, looking
from tests.server.pages.keyboard import to
from tests.server.serving import Served, served
from tests.toy import toy

SIZES = [(400, "dark"), (1600, "light")]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    # No access key is set up in this one, so that whoever is at the machine comes in.
    with served(toy(tmp_path_factory.mktemp("traces") / "repo"), change=with_nodes) as found:
        yield found


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_trace_can_be_seen_by_everybody(browser: Browser, site: Served, width: int, scheme: str) -> None:
    engine = site.parts.engine
    with ThreadPoolExecutor(1) as beside:
        # The browser has the event loop of this thread.
        outcome = beside.submit(asked, engine, "why did item 12 fail?", Origin.seeded(f"{width}")).result()
    trace = outcome.trace
    with looking(browser, site.url, viewport={"width": width, "height": 900}, color_scheme=scheme) as looked:
        page = looked.page
        looked.go("/traces")
        expect(page.locator("#nodes")).to_contain_text("words")
        assert looked.faults() == []
        looked.shot(f"traces-{width}-{scheme}")
        to(page, trace.id)
        expect(page.locator("#ended")).to_have_attribute("data-state", "done")
        expect(page.locator("#why")).to_contain_text("weigh: broken failed: KeyError: 'what it looked for'")
        drawing = page.locator("#graph svg")
        for words in ("parse", "explain", "broken failed", "words done", "words not needed", "confidence 0.25"):
            expect(drawing).to_contain_text(words)
        expect(page.locator("#calls")).to_contain_text("</svg><script>document.title=1</script>")
        assert page.title() != "1"
        assert looked.faults() == []
        looked.shot(f"trace-{width}-{scheme}")
        assert looked.complaints == []
