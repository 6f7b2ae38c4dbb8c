"""Markdown of others as HTML that steers nothing: no tags of theirs, no addresses, no pictures.

Headings begin one level below those of the page, and what may be too wide can be reached by keyboard.
"""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from laneshift.server.pages.rendering import seen

_DEEPEST = 6
_LONGEST = 200_000


def rendered(text: str) -> Markup:
    """The HTML of a text in Markdown; what is longer than anybody reads is cut."""
    reader = _reader()
    tokens = reader.parse("\n".join(str(seen(line)) for line in text[:_LONGEST].splitlines()))
    for token in tokens:
        _fit(token)
    # The reader escapes every text, and was told to know neither tags nor addresses.
    return Markup(reader.renderer.render(tokens, reader.options, {}).replace("<pre>", '<pre tabindex="0">'))  # noqa: S704


def _fit(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + 1, _DEEPEST)}"
    if token.type in ("th_open", "td_open"):
        token.attrs.pop("style", None)
    if token.type == "th_open":
        token.attrSet("scope", "col")


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    return reader.disable(["html_inline", "html_block", "image", "link", "autolink", "reference"])
