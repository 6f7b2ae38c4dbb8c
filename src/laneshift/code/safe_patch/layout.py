"""How a file is laid out: ends of lines, space that hides what follows, and comments that silence checks. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from laneshift.code.safe_patch.records import Finding

_GAP = re.compile(r"\S[ \t\u00a0\u2000-\u200a\u3000]{80,}\S|^[ \t\u00a0\u2000-\u200a\u3000]{160,}\S")
_TRAILING = 200
_EMPTY_LINES = 60
_SILENCERS = re.compile(
    r"#\s*(type:\s*ignore|noqa|nosec|nosemgrep|nosonar|pragma[:\s]|pylint:|mypy:|pyright:|pytype:|ruff:|flake8:|pyre-|ty:"
    r"|isort:|doctest:|bandit:|codeql|lgtm|skylos:|vulture:|pydocstyle:)([^#]*)",
    re.IGNORECASE,
)
_PLACEMENT = re.compile(r":\s*(?:E402|PLC0415|F401|E501|I001)(?:[,\s]+(?:E402|PLC0415|F401|E501|I001))*\s*")
"""What a `noqa` may be about: where an import stands, that it is unused, that a line is long."""


def line_end_findings(path: str, before: bytes, after: bytes) -> Iterator[Finding]:
    """Lines that end in another way than they did, or that not every program takes for lines."""
    if _lone(after) > _lone(before):
        yield Finding("line-ends", path, 0, "carriage returns alone end lines for Python and for hardly anything else")
    if before and (b"\r\n" in after) != (b"\r\n" in before) and b"\n" in after:
        yield Finding("line-ends", path, 0, "the lines end in another way, so every one of them changes")


def space_findings(path: str, before: str, after: str) -> Iterator[Finding]:
    """Space after which something stands that nobody sees, and great amounts of it."""
    known = set(before.split("\n"))
    for number, line in enumerate(after.split("\n"), 1):
        if len(line) <= _TRAILING // 3 or line in known:
            continue
        if _GAP.search(line):
            yield Finding("hidden-space", path, number, "something stands far to the right of the rest of its line")
        elif len(line) - len(line.rstrip()) > _TRAILING:
            yield Finding("hidden-space", path, number, "the line ends in a great many spaces")
    if _longest_gap(after) > max(_EMPTY_LINES, _longest_gap(before)):
        yield Finding("hidden-space", path, 0, "a great many empty lines stand between others")


def silencer_findings(path: str, before: str, after: str) -> Iterator[Finding]:
    """Comments that make a checker look away, where there were fewer."""
    old = Counter(kind for kind, _ in _silencers(before))
    new: Counter[str] = Counter()
    for kind, line in _silencers(after):
        new[kind] += 1
        if new[kind] > old[kind]:
            yield Finding("check-silenced", path, line, f"a comment makes checks look away: {kind}")


def _silencers(text: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(text.split("\n"), 1):
        for kind, rest in _SILENCERS.findall(line):
            if kind.lower() != "noqa" or not _PLACEMENT.fullmatch(rest):
                yield re.sub(r"\s", "", kind).lower(), number


def _lone(data: bytes) -> int:
    return data.count(b"\r") - data.count(b"\r\n")


def _longest_gap(text: str) -> int:
    longest = run = 0
    for line in text.split("\n"):
        run = 0 if line.strip() else run + 1
        longest = max(longest, run)
    return longest
