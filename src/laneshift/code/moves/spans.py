"""Source text as bytes with spans: what `ast` points at, and edits that leave every other byte alone.

`ast` counts columns in UTF-8 bytes of the decoded text. A file in another encoding is therefore carried as UTF-8 and
encoded again at the end; the byte order mark is set aside, and line ends stay as they are.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from sys import maxsize

from laneshift.code.parsing import LARGEST_PARSED, PARSING
from laneshift.errors import Bug
from laneshift.repo.plain_records import NamedTuple

_LINE_END = re.compile(rb"\r\n|\r|\n")


class Span(NamedTuple):
    """Replace the bytes from `start` to `end` by `text`. `form` names the family of reference."""

    start: int
    end: int
    text: bytes
    form: str = ""


class Source:
    """A file's text as UTF-8 without byte order mark, and how to turn it back into the file's own bytes."""

    def __init__(self, data: bytes, encoding: str = "utf-8", mark: bytes = b"") -> None:
        self.data = data
        self.encoding = encoding
        self.mark = mark
        self._counted = 0, 1

    def edited(self, data: bytes) -> Source:
        """The same file with another text."""
        return Source(data, self.encoding, self.mark)

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line starts. Form feeds do not end a line."""
        return [0, *(found.end() for found in _LINE_END.finditer(self.data))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a position as `ast` gives it: line from 1, column in bytes."""
        return self.starts[line - 1] + column

    def line(self, offset: int) -> int:
        """The line, from 1, on which `offset` lies. Quick for rising offsets: counting goes on from the last one."""
        known, line = self._counted
        if known > offset or self._has_returns:
            known, line = 0, 1
        line += self.data.count(b"\n", known, offset)
        self._counted = offset, line
        if not self._has_returns:
            return line
        return line + self.data.count(b"\r", 0, offset) - self.data.count(b"\r\n", 0, offset)

    @cached_property
    def _has_returns(self) -> bool:
        return b"\r" in self.data

    def restore(self, data: bytes) -> bytes:
        """Edited UTF-8 text in the file's own encoding, with its byte order mark."""
        if self.encoding == "utf-8":
            return self.mark + data
        return self.mark + data.decode("utf-8", "surrogateescape").encode(self.encoding, "surrogateescape")


def read_source(raw: bytes) -> Source:
    """The source in `raw`; the encoding is that of its cookie. Text that does not survive decoding is kept as bytes."""
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    body = raw[len(mark) :]
    encoding = _declared(body)
    if encoding in ("utf-8", "utf-8-sig", "ascii"):
        return Source(body, "utf-8", mark)
    try:
        text = body.decode(encoding)
        if text.encode(encoding) == body:
            return Source(text.encode("utf-8"), encoding, mark)
    except (UnicodeError, LookupError):
        return Source(body, "utf-8", mark)
    return Source(body, "utf-8", mark)


def parse(source: Source) -> ast.Module | None:
    """The syntax tree, or None when this Python cannot read the file, or it is too large for one."""
    if len(source.data) > LARGEST_PARSED:
        return None
    try:
        with PARSING:
            return ast.parse(source.data.decode("utf-8"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parses(source: Source) -> bool:
    """Whether this Python can read the file. A table of symbols is cheaper than a tree; it refuses a little more."""
    if len(source.data) > LARGEST_PARSED:
        return False
    import symtable  # noqa: PLC0415 - an index mostly knows what parses, and this takes long to load

    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(source.data.decode("utf-8"), "<module>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return parse(source) is not None
    return True


def apply(data: bytes, spans: Iterable[Span]) -> bytes:
    """`data` with the spans replaced. Raises `Bug` when two of them overlap."""
    pieces: list[bytes] = []
    at = 0
    for span in sorted(spans):
        if span.start < at:
            raise Bug("moves.edits-overlap", f"two edits overlap at byte {span.start}", why=repr(span))
        pieces += (data[at : span.start], span.text)
        at = span.end
    pieces.append(data[at:])
    return b"".join(pieces)


def outside(spans: Iterable[Span], extra: Iterable[Span]) -> list[Span]:
    """Those of `extra` that touch neither `spans`, which do not touch each other, nor one of `extra` before them."""
    taken = sorted((span.start, span.end) for span in spans)
    free = []
    for span in extra:
        at = bisect_right(taken, (span.start, maxsize))
        before = at > 0 and taken[at - 1][1] > span.start
        if not before and (at == len(taken) or taken[at][0] >= span.end):
            taken.insert(at, (span.start, span.end))
            free.append(span)
    return free


def origin(offset: int, spans: Iterable[Span]) -> int:
    """Where a position in the edited text was before the edits; the start of the span for one within a new text."""
    grown = 0
    for span in sorted(spans):
        if offset < span.start + grown:
            break
        if offset < span.start + grown + len(span.text):
            return span.start
        grown += len(span.text) - (span.end - span.start)
    return offset - grown


def newline_of(data: bytes) -> bytes:
    """The line end that a text uses first; `\\n` when it has none."""
    found = _LINE_END.search(data)
    return found.group() if found else b"\n"


def _declared(body: bytes) -> str:
    head = body[:400]
    if not any(b"coding" in line for line in head.split(b"\n", 2)[:2]):
        return "utf-8"
    import tokenize  # noqa: PLC0415 - few files say how they are encoded, and this takes long to load

    try:
        return tokenize.detect_encoding(io.BytesIO(head).readline)[0].lower()
    except (SyntaxError, UnicodeError):
        return "utf-8"
