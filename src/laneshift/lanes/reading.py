"""The imports of one file, read by its words alone, where words leave no doubt.

A file is read from one `import` to the next, up to the last. Strings and comments are passed over, and each
`import` has to be a plain statement at the start of a line; under `TYPE_CHECKING` it has to stand in a block of imports
alone. Anything else is left to the parser, which takes ten times as long. What is read here is what the parser reads,
and does not depend on the Python that runs this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from laneshift.code.links import Import, ImportKind
from laneshift.lanes.passing import plainly_more
from laneshift.repo.plain_records import NamedTuple

LARGEST = 4 * 1024 * 1024
"""Files of more bytes than this are not read here."""
_WORD, _GUARD = "import", "TYPE_CHECKING"
_QUOTES = "\"'"
_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_FROM = (
    rf"from(?:[ \t]+|(?=\.))\.*[ \t]*(?:{_DOTTED})?[ \t]+import"
    r"(?:[ \t]*\([^()#]*(?:#[^\n]*\n[^()#]*)*\)|[ \t]+[^\n;#\\()]+)"
)
_IMPORT = rf"(?P<found>[ \t]*(?:{_FROM}|import[ \t]+[^\n;#\\()]+)(?=[ \t]*(?:[;#\n]|\Z)))"
_BLOCK = rf"(?P<block>[ \t]*if[ \t]+(?:{_NAME}\.)*TYPE_CHECKING[ \t]*:(?=[ \t]*(?:#[^\n]*)?\n))"
_STATEMENT = re.compile(f"{_IMPORT}|{_BLOCK}")
_FOLLOWING = re.compile(rf"[ \t]*\n+{_IMPORT}")
_LONG = r"{0}{0}{0}[^{0}\\]*+(?:(?:\\.|{0}(?!{0}{0}))[^{0}\\]*+)*{0}{0}{0}"
_SHORT = r"{0}(?!{0}{0})[^{0}\\\n]*+(?:\\.[^{0}\\\n]*+)*{0}"
STRING = "|".join(form.format(quote) for quote in _QUOTES for form in (_LONG, _SHORT))
"""A string from its first quote to its last one, as a regular expression under which a dot is any letter."""
_WHOLE_STRING = re.compile(STRING, re.DOTALL)
# Strings that may hold values are left out. A comment that is cut short by the end of what is searched is none.
_PLAIN = re.compile(rf"(?:[^\"'#]++|(?<![fFtT])(?<![fFtT][rRbB])(?:{STRING})|#[^\n]*+(?=\n))*", re.DOTALL)
_TOP = re.compile(
    rf"(?:{STRING})|#[^\n]*+|(?<=[^\\]\n)(?:async[ \t]+)?(?:def|class)[ \t]+(?P<defined>{_NAME})", re.DOTALL
)
_BLANK = re.compile(r"(?:[ \t]*(?:#[^\n]*+)?\n)*")
_HEAD = re.compile(rf"from[ \t]*(\.*)[ \t]*((?!import\b){_DOTTED})?[ \t]+import[ \t]*")
_ALIASED = re.compile(rf"\s*({_DOTTED})(?:\s+as\s+({_NAME}))?\s*")
_COMMENT = re.compile(r"#[^\n]*")
_COOKIE = re.compile(rb"[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"ascii", b"us-ascii"})
# Values that hold no quotes but those of plain strings: what Python before and after 3.12 takes for one string.
_FORMATTED = re.compile(r"[^{}]*(?:\{(?:[^{}'\"\\#]|'[^'{}\\]*'|\"[^\"{}\\]*\")*\}[^{}]*)*\Z")


class Reading(NamedTuple):
    """The imports of a file in order, none of them by call; and whether it may do nothing but pass them on."""

    imports: tuple[Import, ...]
    may_pass_on: bool


def read(data: bytes) -> Reading | None:
    """Read a file; None where the parser has to, as for every file that is no plain UTF-8 or over 4 MiB."""
    text = decoded(data)
    if text is None:
        return None
    place = _next(text, _WORD, 0)
    if place == len(text):
        return Reading((), False)
    reader, guard = _Reader(text), _next(text, _GUARD, 0)
    while place < len(text):
        if not reader.takes(min(place, guard)):
            return None
        place = _next(text, _WORD, reader.at)
        if guard < reader.at:
            guard = _next(text, _GUARD, reader.at)
    return Reading(tuple(reader.imports), not reader.binds_more())


class _Reader:
    """How far a text was read (`at`), and what was found. `under` is the indent of a block for type checkers."""

    def __init__(self, text: str) -> None:
        self.at = 0
        self.imports: list[Import] = []
        self._text = text
        self._behind = 0
        self._line = 0
        self._counted = 0
        self._under: int | None = None

    def takes(self, place: int) -> bool:
        """Go on beyond a word that matters; False where it is neither in a string, in a comment nor in a plain
        statement."""
        text, before = self._text, self.at
        where = passed(text, before, place)
        if where is None:
            return False
        self.at = where.end
        if where.end > place:
            return True
        token = plain_statement(text, before, place)
        if token is None or not self._keeps_to_block(token):
            return False
        if token.lastgroup == "block":
            self._goes_beyond(token)
            self._under = _indent(token["block"])
            return self._under is not None
        return self._takes_import(token)

    def _takes_import(self, token: re.Match[str] | None) -> bool:
        """Take an import, and all that follow it at once."""
        kind: ImportKind = "runtime" if self._under is None else "type-checking"
        while token is not None:
            found = told_by(token)
            if found is None:
                return False
            self._goes_beyond(token)
            rest = self._line, kind, False, False
            self.imports += [Import._make(one + rest) for one in found]
            token = _FOLLOWING.match(self._text, self.at) if self._under is None else None
        return True

    def _goes_beyond(self, token: re.Match[str]) -> None:
        start = token.start(token.lastgroup or 0)
        self._line += self._text.count("\n", self._counted, start)
        self._counted = start
        self.at = self._behind = token.end()

    def binds_more(self) -> bool:
        """Whether the module plainly binds a name that no import gave."""
        return plainly_more(self._text, self.at, self.imports, self._defined(), behind_import=self._behind == self.at)

    def _defined(self) -> Iterator[str]:
        """The functions and classes at the top of what was read."""
        return (token["defined"] for token in _TOP.finditer(self._text, 0, self.at) if token["defined"])

    def _keeps_to_block(self, token: re.Match[str]) -> bool:
        """Whether it is plain that a statement stands in the block that goes on, or that this has ended before."""
        if self._under is None:
            return True
        first = _end(_BLANK.match(self._text, self._behind), self._behind)
        indent = _indent(self._text[first : self._text.find("\n", first)]) if first > self._behind else None
        if indent is None:
            return False
        if indent <= self._under:
            self._under = None
            return True
        return first == token.start() and token.lastgroup == "found"


class Span(NamedTuple):
    """Where a piece of a text begins and ends."""

    start: int
    end: int


def passed(text: str, at: int, place: int) -> Span | None:
    """The string or remark that a place stands in, or an empty span there; None where that is not plain.

    `at` is a place before, outside of both.
    """
    start = at
    while at < place:
        start = at = _end(_PLAIN.match(text, at, place), at)
        if at == place:
            break
        if text[at] == "#":
            line_end = text.find("\n", at)
            return Span(start, len(text) if line_end < 0 else line_end)
        at = _end(_WHOLE_STRING.match(text, start), start)
        if at == start or not is_one_string(text, start, at):
            return None
    return Span(start, at) if at > place else Span(place, place)


def plain_statement(text: str, before: int, place: int) -> re.Match[str] | None:
    """The import, or the `if TYPE_CHECKING:`, that holds a place and has its line for itself; None for anything else.

    The line that it stands in begins behind `before`.
    """
    start = text.rfind("\n", before, place) + 1
    token = _STATEMENT.match(text, start) if start and text[start - 2 : start - 1] != "\\" else None
    return token if token is not None and token.end() > place else None


Said = tuple[str, int, tuple[tuple[str, str], ...] | None, str]
"""Module, level, names (each with its alias) and alias of one import."""


def told_by(token: re.Match[str]) -> tuple[Said, ...] | None:
    """What the imports of a plain statement say; None where it is written in a rare way."""
    return _statement(token["found"].lstrip(" \t"))


def _end(found: re.Match[str] | None, at: int) -> int:
    return at if found is None else found.end()


def decoded(data: bytes) -> str | None:
    """The text that Python would read, below an empty line; None where that takes more than UTF-8."""
    if len(data) > LARGEST or b"\0" in data:
        return None
    second = data.find(b"\n", data.find(b"\n") + 1)
    for head in (data if second < 0 else data[:second]).removeprefix(b"\xef\xbb\xbf").split(b"\n")[:2]:
        cookie = _COOKIE.match(head) if b"coding" in head else None
        if (cookie and cookie[1].lower() not in _PLAIN_ENCODINGS) or (b"coding" in head and b"\r" in head[:-1]):
            return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n" + text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def standing(text: str, word: str) -> Iterator[int]:
    """Where a word stands by itself."""
    at = _next(text, word, 0)
    while at < len(text):
        yield at
        at = _next(text, word, at + 1)


def _next(text: str, word: str, at: int) -> int:
    """Where a word stands by itself next, from a place on; the end of the text where it does not."""
    size = len(word)
    while (at := text.find(word, at)) >= 0:
        around = text[at - 1 : at] + text[at + size : at + size + 1]
        if not (around.isalnum() or "_" in around or any(map(str.isalnum, around))):
            return at
        at += size
    return len(text)


def is_one_string(text: str, start: int, end: int) -> bool:
    """Whether every Python takes this for one string. From 3.12 on a formatted one may hold its own quotes."""
    if end == start + 1:
        return False
    if text[start - 1] not in "frtbFRTB":
        return True
    before = text[max(0, start - 2) : start].lower()
    if not ("f" in before or "t" in before) or text.find("{", start, end) < 0:
        return True
    return _FORMATTED.match(text, start, end) is not None


def _indent(line: str) -> int | None:
    """How many blanks a line begins with; None where a tab or a form feed is among them."""
    blanks = len(line) - len(line.lstrip(" "))
    return None if line[blanks : blanks + 1] in ("\t", "\f") else blanks


@lru_cache(maxsize=1 << 15)
def _statement(text: str) -> tuple[Said, ...] | None:
    if not text.isascii():
        return None
    if text.startswith("import"):
        plain = [_ALIASED.fullmatch(part) for part in text[len("import") :].split(",")]
        found = tuple((part[1], 0, None, part[2] or "") for part in plain if part is not None)
        return found if len(found) == len(plain) else None
    head = _HEAD.match(text)
    if head is None:
        return None
    names = text[head.end() :].strip(" \t")
    if names.startswith("("):
        names = _COMMENT.sub("", names[1:-1]).rstrip().removesuffix(",")
    pairs = _pairs(names)
    return None if pairs is None else ((head[2] or "", len(head[1]), pairs, ""),)


def _pairs(names: str) -> tuple[tuple[str, str], ...] | None:
    if names == "*":
        return (("*", ""),)
    parts = [_ALIASED.fullmatch(part) for part in names.split(",")]
    found = tuple((part[1], part[2] or "") for part in parts if part is not None and "." not in part[1])
    return found if len(found) == len(parts) else None
