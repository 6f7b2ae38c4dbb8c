"""HTML from templates: everything that a template is given is escaped, and nothing in it steers what is read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.answers import tagged
from laneshift.server.pages.assets import asset

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and run: files of this server, and nothing that stands in the page itself."""

_KEPT = frozenset("\n\t")


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The page that `template` makes of `values`, with its ETag; or a part of a page."""
    known = {"path": request.url.path, "principal": request.state.principal}
    text = _environment().get_template(template).render(known | values)
    content = text.encode("utf-8", "backslashreplace")
    return tagged(request, content, "text/html", {"Content-Security-Policy": POLICY}, status)


def part(template: str, name: str) -> Callable[..., Markup]:
    """The macro `name` of a template, for parts of pages that are kept."""
    made: Callable[..., Markup] = getattr(_environment().get_template(template).module, name)
    return made


def seen(value: Any) -> Any:
    """A value as it is shown: letters that cannot be seen, or that turn what is read around, are shown as such."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return "".join(
        letter if letter.isprintable() or letter in _KEPT else "\N{REPLACEMENT CHARACTER}" for letter in value
    )


def chart(svg: str) -> Markup:
    """A chart of `reports.charts` inside a page. Its style is in a file of its own: nothing styles from within."""
    before, _, rest = svg.partition("<style>")
    _, _, after = rest.partition("</style>\n")
    # What the charts draw is escaped where it is drawn.
    return Markup(before.replace(' class="', ' class="chart ', 1) + after)  # noqa: S704


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("laneshift.server.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"when": _when, "span": _span, "segment": _segment, "pretty": _pretty, "short": _short}
    made.globals |= {"asset": asset}
    return made


def _when(milliseconds: int) -> str:
    """A time, to the second."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _span(milliseconds: float) -> str:
    """How long something took."""
    seconds = max(milliseconds, 0) / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _segment(text: str) -> str:
    """A text as one segment of a path."""
    return quote(text, safe="", errors="replace")


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str)


def _short(digest: str) -> str:
    """A digest or an object id, cut to what people compare."""
    return digest.removeprefix("sha256:")[:12]
