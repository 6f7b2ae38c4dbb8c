"""Every link of the pages for people leads to a file that is there, and to a heading that is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.links import anchors, faults, links, pages

ROOT = Path(__file__).resolve().parents[2]


def test_every_link_of_the_pages_resolves() -> None:
    found = pages(ROOT)
    assert all(page.is_file() for page in found)
    assert sum(len(links(page.read_text(encoding="utf-8"))) for page in found) > 60, "links are found at all"
    assert list(faults(ROOT, found)) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[a](docs/none.md)", "no such file"),
        ("[a](docs/b.md#nowhere)", "no such heading"),
        ("[a](#nowhere)", "no such heading"),
        ("[a](../outside.md)", "it leads out of the repository"),
        ("[a]: docs/none.md", "no such file"),
        ("more in docs/none.md.", "no such file"),
        ('[a](docs/none.md "words")', "no such file"),
        ("[a](<docs/no ne.md>)", "no such file"),
        ("![picture](docs/none.svg)", "no such file"),
    ],
)
def test_a_link_to_nothing_is_found(text: str, why: str, tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "docs").mkdir(parents=True)
    (tmp_path / "outside.md").write_text("# A\n")
    (root / "docs/b.md").write_text("# A heading\n")
    page = root / "README.md"
    page.write_text(f"# Title\n\n{text}\n")
    found = list(faults(root, [page]))
    assert {line.rpartition(": ")[2] for line in found} == {why}


@pytest.mark.parametrize(
    "text",
    [
        "[a](docs/b.md#a-heading-with-code-1)",
        "[a](docs/b.md#a-heading-with-code)",
        "[a](#title)",
        "[a](docs/)",
        "[a](https://example.org/none.md)",
        "[a](mailto:ada@example.org)",
        "`[a](none.md)`",
        "```\n[a](none.md)\n# no heading\n```",
        "[a](docs/b%20c.md)",
    ],
)
def test_a_link_to_something_is_not(text: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/b.md").write_text("## A heading, with `code`\n\n## A heading with code\n")
    (tmp_path / "docs/b c.md").write_text("x\n")
    page = tmp_path / "README.md"
    page.write_text(f"# Title\n\n{text}\n")
    assert list(faults(tmp_path, [page])) == []


def test_headings_in_code_are_none() -> None:
    assert anchors("# One\n\n```sh\n# two\n```\n\n### Three & four\n") == {"one", "three--four"}
