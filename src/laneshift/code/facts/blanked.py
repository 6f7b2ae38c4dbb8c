"""Python source without what its strings and comments say, and with lines that go on joined."""

from __future__ import annotations

import re

JOINED = "\x1c"
"""Stands where a line ended inside a string or behind a backslash: no end of a statement, but a line to be counted."""
_NEXT = re.compile(r"#[^\n]*|\\\n|(?P<quote>\"{3}|'{3}|\"|')")
# Atomic groups, since Python before 3.11.5 matches a group with `*+` wrongly where the group can give something back.
_END = {
    '"""': re.compile(r'(?>(?:[^"\\]|\\.|"(?!""))*)"""', re.DOTALL),
    "'''": re.compile(r"(?>(?:[^'\\]|\\.|'(?!''))*)'''", re.DOTALL),
    '"': re.compile(r'(?>(?:[^"\\\n]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"(?>(?:[^'\\\n]|\\.)*)'", re.DOTALL),
}


def blanked(text: str) -> str:
    """The source with every string as `""`, no comments, and `JOINED` for line ends that end no statement.

    Accepts any text. A quote without an end is left as it stands, and its kind is tried once only, so that the pass
    stays linear.
    """
    text = text.replace(JOINED, " ")
    parts: list[str] = []
    at = 0
    unclosed: dict[str, int] = {}
    while (mark := _NEXT.search(text, at)) is not None:
        parts.append(text[at : mark.start()])
        quote, at = mark["quote"], mark.end()
        if quote is None:
            parts.append(JOINED if mark.group()[0] == "\\" else "")
            continue
        closing = None if mark.start() < unclosed.get(quote, 0) else _END[quote].match(text, at)
        if closing is None:
            after = text.find("\n", at) if len(quote) == 1 else -1
            unclosed[quote] = len(text) if after < 0 else after
            parts.append(quote)
        else:
            parts.append('""' + JOINED * closing.group().count("\n"))
            at = closing.end()
    parts.append(text[at:])
    return "".join(parts)
