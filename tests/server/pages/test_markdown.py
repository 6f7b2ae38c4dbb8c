"""Markdown of others on a page: what it shows, and that nothing in it steers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.server.pages.markdown import rendered
from tests.server.pages.test_rendered import Tags

KNOWN = {*("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "code", "pre", "em", "strong", "hr", "br")}
KNOWN |= {"table", "thead", "tbody", "tr", "th", "td", "blockquote"}


def test_it_shows_headings_tables_and_code() -> None:
    text = rendered("# One\n\n| A | B |\n| --- | ---: |\n| `x\\x7cy` | 2 |\n\n    git log\n\n- *a* **b**\n")
    assert "<h2>One</h2>" in text
    assert '<th scope="col">A</th>' in text
    assert "<td><code>x\\x7cy</code></td>" in text
    assert '<pre tabindex="0"><code>git log\n</code></pre>' in text
    assert "<em>a</em> <strong>b</strong>" in text
    assert "style" not in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "<https://evil.example>",
        "[x]\n\n[x]: https://evil.example",
        "<!-- laneshift:x --><b>",
        "`</code><script>`",
        '```"><script>\nx\n```',
        "| <b> |\n| --- |\n| <i onclick=x> |",
        "\u202eevil",
    ],
)
def test_nothing_in_it_steers(text: str) -> None:
    found = Tags(str(rendered(text)))
    assert {tag for tag, _ in found.tags} <= KNOWN
    allowed = {("pre", "tabindex"), ("th", "scope"), ("code", "class"), ("ol", "start")}
    assert {(tag, name) for tag, attributes in found.tags for name in attributes} <= allowed
    assert "\u202e" not in found.text


@given(st.text(alphabet=st.sampled_from("<>[]()!`|-#*_\\&;:/@ \nabx\"'="), max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    found = Tags(str(rendered(text)))
    assert {tag for tag, _ in found.tags} <= KNOWN
    assert not re.search(r"\s(?:on\w+|href|src|style)=", re.sub(r">[^<]*<", "><", str(rendered(text))))
