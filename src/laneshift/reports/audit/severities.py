"""What audits call their severities. Pure."""

from __future__ import annotations

import re

from laneshift.reports.audit.model import Severity

_NAMES = {
    Severity.CRITICAL: "critical blocker severe p0 sev0 sev-0 \N{LARGE RED CIRCLE}",
    Severity.HIGH: "high major p1 sev1 sev-1 error \N{LARGE ORANGE CIRCLE}",
    Severity.MEDIUM: "medium moderate p2 sev2 sev-2 warning warn med \N{LARGE YELLOW CIRCLE}",
    Severity.LOW: "low minor p3 sev3 sev-3 trivial \N{LARGE GREEN CIRCLE}",
    Severity.INFO: "info informational note notice p4 hint \N{LARGE BLUE CIRCLE}",
}
_BY_NAME = {name: severity for severity, names in _NAMES.items() for name in names.split()}
_WORD = "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True))
_TAG = re.compile(
    rf"^[\s\[(*_`]{{0,6}}({_WORD})(?:\s+(?:severity|priority|risk))?[\s\])*_`]{{0,6}}(?:[:\u2013\u2014\])*|-]|(?<=[\])*])\s)"
    r"[\s\])*_:\u2013\u2014-]{0,6}",
    re.IGNORECASE,
)
_COLOUR = re.compile(
    "^\\s*([\N{LARGE RED CIRCLE}-\N{LARGE BLUE CIRCLE}\N{LARGE ORANGE CIRCLE}-\N{LARGE GREEN CIRCLE}])\\s*"
)
_FILLERS = (
    "issues issue findings finding severity priority risks risk problems problem items item level severe impact "
    "must should fix tasks and the of bugs bug defects"
)
_FILLER = frozenset(_FILLERS.split())


def named(text: str) -> Severity | None:
    """The severity of a cell or a field, such as `High` or `P1 (major)`; None for a word that is none."""
    for word in re.split(r"[\s,;()\[\]*_`/|]+", text.strip().casefold()):
        if word in _BY_NAME:
            return _BY_NAME[word]
    return None


def tagged(text: str) -> tuple[Severity | None, str]:
    """A severity at the beginning of a text, marked as such, and the text after it."""
    colour = _COLOUR.match(text)
    if colour and colour[1] in _BY_NAME:
        return _BY_NAME[colour[1]], text[colour.end() :]
    found = _TAG.match(text)
    return (_BY_NAME[found[1].casefold()], text[found.end() :]) if found else (None, text)


def of_heading(text: str) -> Severity | None:
    """The severity of all that stands below a heading such as `High priority issues`; None for any other heading."""
    words = re.findall(r"[\w-]+|[^\w\s]", text.casefold())
    found = [_BY_NAME[word] for word in words if word in _BY_NAME]
    others = [word for word in words if word not in _BY_NAME and word not in _FILLER and word.isalpha()]
    return found[0] if len(found) == 1 and not others else None
