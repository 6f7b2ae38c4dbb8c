"""Import statements as text: where the keyword, the module, and each imported name stand.

One parser serves syntax trees, Cython, files that do not parse, and code quoted in prose: it needs only the bytes.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from laneshift.repo.plain_records import NamedTuple

_GAP = re.compile(rb"(?:[ \t\f]|\\(?:\r\n|\r|\n))*")
_WIDE_GAP = re.compile(rb"(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n)|#[^\r\n]*)*")
_WORD = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*")
_KEYWORDS = frozenset(word.encode() for word in keyword.kwlist)
_RESERVED = _KEYWORDS | {b"cimport"}
_IDENTIFIER = rb"[A-Za-z_][A-Za-z0-9_]*+"
_ONE = _IDENTIFIER + rb"(?>(?:[ \t]+as[ \t]+" + _IDENTIFIER + rb")?)"
_PLAIN_NAME = re.compile(rb"(" + _IDENTIFIER + rb")(?>(?:([ \t]+)as[ \t]+(" + _IDENTIFIER + rb"))?)")
_PLAIN_FROM = re.compile(
    rb"from([ \t]+)(\.*+)(" + _IDENTIFIER + rb"(?>(?:\." + _IDENTIFIER + rb")*))[ \t]+import([ \t]+)"
    rb"(" + _ONE + rb"(?>(?:[ \t]*,[ \t]*" + _ONE + rb")*))(?=[ \t]*+(?:[\r\n#]|\Z))"
)


class Name(NamedTuple):
    """One imported name: `text` (dotted in an `import`, `*` for a star), its alias, and their offsets."""

    start: int
    end: int
    text: str
    text_end: int
    alias: str | None = None
    alias_gap: bytes = b""


class Statement(NamedTuple):
    """`import names` or `from module import names`. `level` counts the dots; `paren` spans the round brackets.

    `names_gap` is what stands between `import` and the names of a `from`.
    """

    start: int
    end: int
    is_from: bool
    keyword_gap: bytes
    module_start: int
    module_end: int
    module: str
    level: int
    names: tuple[Name, ...]
    paren: tuple[int, int] | None = None
    names_gap: bytes = b""


def parse_at(data: bytes, start: int) -> Statement | None:
    """The import statement that starts at `start`, or None when there is none that is complete."""
    return _plain_from(data, start) or read_at(data, start)


def _plain_from(data: bytes, start: int) -> Statement | None:
    """A `from` on one line without brackets, which most are, by one pattern; None for anything out of the ordinary."""
    found = _PLAIN_FROM.match(data, start)
    if found is None:
        return None
    dots, module = found.group(2, 3)
    names = []
    for each in _PLAIN_NAME.finditer(data, found.start(5), found.end(5)):
        text, alias = each.group(1, 3)
        if text in _RESERVED or alias in _RESERVED:
            return None
        after, gap = (alias.decode(), each.group(2)) if alias else (None, b"")
        names.append(Name(each.start(), each.end(), text.decode(), each.end(1), after, gap))
    if not _RESERVED.isdisjoint(module.split(b".")):
        return None
    return Statement(
        start,
        names[-1].end,
        True,
        found.group(1),
        found.start(2),
        found.end(3),
        module.decode(),
        len(dots),
        tuple(names),
        None,
        found.group(4),
    )


def read_at(data: bytes, start: int) -> Statement | None:
    """As `parse_at`, token by token, however the statement is written."""
    reader = _Reader(data, start)
    word = reader.word()
    if word in (b"import", b"cimport"):
        gap = reader.gap()
        names = tuple(reader.names(dotted=True))
        return Statement(start, names[-1].end, False, gap, start, start, "", 0, names) if names and gap else None
    if word != b"from":
        return None
    return _parse_from(reader, start)


def _parse_from(reader: _Reader, start: int) -> Statement | None:
    gap = reader.gap()
    module_start = reader.at
    level = reader.dots()
    module = reader.dotted()
    module_end = reader.end_of_token
    if not level and not module:
        return None
    reader.gap()
    if reader.word() not in (b"import", b"cimport"):
        return None
    names_gap = reader.gap()
    paren = None
    opened = reader.at
    if reader.take(b"("):
        reader.wide = True
        names = tuple(reader.names(dotted=False))
        reader.gap()
        if not reader.take(b")"):
            return None
        paren = (opened, reader.at)
    else:
        names = tuple(reader.names(dotted=False))
    if not names:
        return None
    end = paren[1] if paren else names[-1].end
    return Statement(start, end, True, gap, module_start, module_end, module, level, names, paren, names_gap)


class _Reader:
    """Reads tokens of an import statement; `wide` lets line ends and comments pass, as within brackets."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at
        self.end_of_token = at
        self.wide = False

    def gap(self) -> bytes:
        start = self.at
        found = (_WIDE_GAP if self.wide else _GAP).match(self.data, start)
        self.at = found.end() if found else start
        return self.data[start : self.at]

    def word(self) -> bytes:
        found = _WORD.match(self.data, self.at)
        if found is None:
            return b""
        self.at = self.end_of_token = found.end()
        return found.group()

    def take(self, mark: bytes) -> bool:
        if not self.data.startswith(mark, self.at):
            return False
        self.at += len(mark)
        self.end_of_token = self.at
        return True

    def dots(self) -> int:
        level = 0
        while self.take(b"."):
            level += 1
            before = self.at
            self.gap()
            if not self.data.startswith(b".", self.at) and not _WORD.match(self.data, self.at):
                self.at = before
        return level

    def dotted(self) -> str:
        parts: list[str] = []
        last = self.at, self.end_of_token
        while True:
            word = self.word()
            if not word or word in _KEYWORDS or word == b"cimport":
                break
            parts.append(word.decode("utf-8", "surrogateescape"))
            last = self.at, self.end_of_token
            self.gap()
            if not self.take(b"."):
                break
            self.gap()
        self.at, self.end_of_token = last
        return ".".join(parts)

    def names(self, *, dotted: bool) -> Iterator[Name]:
        while True:
            self.gap()
            start = self.at
            text = self.dotted() if dotted else self._single()
            if not text:
                return
            yield self._aliased(start, text)
            before = self.at
            self.gap()
            if not self.take(b","):
                self.at = before
                return

    def _single(self) -> str:
        if self.take(b"*"):
            return "*"
        before = self.at
        word = self.word()
        if word in _KEYWORDS:
            self.at = before
            return ""
        return word.decode("utf-8", "surrogateescape")

    def _aliased(self, start: int, text: str) -> Name:
        text_end, before = self.end_of_token, self.at
        gap = self.gap()
        if self.word() == b"as" and gap:
            self.gap()
            alias = self.word()
            if alias:
                return Name(start, self.at, text, text_end, alias.decode("utf-8", "surrogateescape"), gap)
        self.at = before
        return Name(start, text_end, text, text_end)
