"""The site builds strictly, needs no network to be read, has every page, and can be used by everybody."""

from __future__ import annotations

import functools
import http.server
import importlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mkdocs.exceptions import Abort

from docs_site.building import build_site
from tests.server.pages.chromium import chromium, looking

DOCS = Path(__file__).resolve().parents[2] / "docs"
# Reading all modules for the one page about Python takes as long as everything else; `make docs` does it.
WITHOUT_PYTHON = {"plugins": ["search"]}
_LOADED = re.compile(r"<(?:link|script|img|source|iframe)\b[^>]*?\b(?:href|src)=\"?((?:https?:)?//[^\" >]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site(folder, WITHOUT_PYTHON)
    return folder


def test_every_page_is_there_and_those_from_the_code(site: Path) -> None:
    written = {file.relative_to(DOCS).with_suffix(".html").as_posix() for file in DOCS.rglob("*.md")}
    made = {"errors.html", "reference/commands.html", "reference/settings.html", "reference/rest.html"}
    assert written | made | {"changelog.html"} <= {file.relative_to(site).as_posix() for file in site.rglob("*.html")}
    assert "laneshift rollback" in (site / "reference/commands.html").read_text()
    assert "landing.train_size" in (site / "reference/settings.html").read_text()
    assert "POST /api/v1/plans" in (site / "reference/rest.html").read_text()
    assert 'id="batch.duplicate-source"' in (site / "errors.html").read_text()


def test_nothing_comes_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 60
    assert {found for page in pages for found in _LOADED.findall(page.read_text(encoding="utf-8"))} == set()
    styles = "".join(file.read_text(encoding="utf-8") for file in site.rglob("*.css"))
    assert re.findall(r"url\([\"']?(?:https?:)?//", styles) == []


def test_a_link_from_elsewhere_would_be_found() -> None:
    assert _LOADED.findall('<script src="https://cdn.example.org/a.js">') == ["https://cdn.example.org/a.js"]


@pytest.mark.parametrize("text", ["[a](none.md)", "[a](index.md#nowhere)", "[a](/index.md)"])
def test_a_link_to_nothing_stops_the_build(text: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(f"# Title\n\n{text}\n")
    alone: dict[str, Any] = {"docs_dir": str(tmp_path / "docs"), "hooks": [], "nav": ["index.md"], "plugins": []}
    with pytest.raises(Abort):
        build_site(tmp_path / "site", {**alone, "extra_css": [], "extra_javascript": []})


def test_three_pages_can_be_used_by_everybody(site: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, name="site", daemon=True).start()
    try:
        assert list(_looked_at(f"http://127.0.0.1:{server.server_port}")) == []
    finally:
        server.shutdown()


def _looked_at(base: str) -> Iterator[str]:
    with chromium() as browser:
        # Each at another width or in other colours: what may be wrong is in the styles that they share.
        for page, width, scheme in (
            ("/index.html", 1400, "light"),
            ("/tutorial.html", 400, "dark"),
            ("/reference/settings.html", 400, "light"),
        ):
            with looking(browser, base, viewport={"width": width, "height": 900}, color_scheme=scheme) as looked:
                looked.go(page)
                yield from (f"{page}: {fault}" for fault in looked.faults())
                yield from (*looked.complaints, *looked.failed)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *given: object) -> None:
        """Keep what was asked for out of the tests' output."""


def test_what_the_page_about_python_names_exists() -> None:
    text = (DOCS / "reference/python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^::: (\S+)(?:\n    options:\n      members: \[([^\]]*)\])?", text, re.MULTILINE)
    assert len(blocks) > 4
    for name, members in blocks:
        module = importlib.import_module(name)
        assert [each for each in filter(None, members.split(", ")) if not hasattr(module, each)] == []
