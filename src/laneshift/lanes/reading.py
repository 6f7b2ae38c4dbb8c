"""The imports of one file, read by its words alone, where words leave no doubt.

A file is read up to the last place where the word `import` stands. Strings and comments are passed over, and each
`import` has to be a plain statement at the start of a line; under `TYPE_CHECKING` it has to stand in a block of imports
alone. Anything else is left to the parser, which takes ten times as long. What is read here is what the parser reads,
and does not depend on the Python that runs this.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from laneshift.code.facts import Import
from laneshift.code.facts.records import ImportKind
from laneshift.lanes.passing import plainly_more

LARGEST = 4 * 1024 * 1024
"""Files of more bytes than this are not read here."""
_WORD = "import"
_QUOTES = "\"'"
_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_DOUBTS = re.compile(r"\b(?:import|TYPE_CHECKING)\b")
_FROM = (
    rf"from(?:[ \t]+|(?=\.))\.*[ \t]*(?:{_DOTTED})?[ \t]+import"
    r"(?:[ \t]*\([^()#]*(?:#[^\n]*\n[^()#]*)*\)|[ \t]+[^\n;#\\()]+)"
)
_IMPORT = rf"(?P<found>[ \t]*(?:{_FROM}|import[ \t]+[^\n;#\\()]+)(?=[ \t]*(?:[;#\n]|\Z)))"
_BLOCK = rf"(?P<block>[ \t]*if[ \t]+(?:{_NAME}\.)*TYPE_CHECKING[ \t]*:(?=[ \t]*(?:#[^\n]*)?\n))"
_DEFINITION = rf"(?:async[ \t]+)?(?:def|class)[ \t]+(?P<defined>{_NAME})"
# The rest of a string behind its first quote; nothing where it does not end.
_STRING = (
    r"(?<={0})(?:{0}{0}[^{0}\\]*(?:(?:\\.|{0}(?!{0}{0}))[^{0}\\]*)*{0}{0}{0}"
    r"|(?!{0}{0})[^{0}\\\n]*(?:\\.[^{0}\\\n]*)*{0}|)"
)
_DOUBLE, _SINGLE = (_STRING.format(each) for each in "\"'")
_CONTINUED = r"(?<=\\)\n[ \t\f]*(?:import|from|if|def|class|async)\b"
# Everything begins with one of five characters, which the search leaps to; a line begins with the end of the one above.
_TOKEN = re.compile(
    rf"[\"'#\n\\](?:(?<=\n)(?:{_IMPORT}|{_BLOCK}|{_DEFINITION})|{_DOUBLE}|{_SINGLE}"
    rf"|(?<=#)[^\n]*|{_CONTINUED})",
    re.DOTALL,
)
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
    last = _last_place(text)
    if last < 0:
        return Reading((), False)
    reader = _Reader(text)
    for token in _TOKEN.finditer(text):
        if token.start() > last:
            break
        if not reader.takes(token):
            return None
    if not reader.is_sure_up_to(last + len(_WORD)):
        return None
    return Reading(tuple(reader.imports), not reader.binds_more())


class _Reader:
    """How far a text was read, and what was found. `under` is the indent of an `if TYPE_CHECKING` that goes on."""

    def __init__(self, text: str) -> None:
        self.imports: list[Import] = []
        self._defined: list[str] = []
        self._text = text
        self._at = 0
        self._line = 0
        self._under: int | None = None
        self._behind_import = False

    def takes(self, token: re.Match[str]) -> bool:
        """Go on to the end of a token; False where that is not plain."""
        start, end = token.span()
        text, first = self._text, self._text[start]
        if first == "\\" or not self.is_sure_up_to(start):
            return False
        if first in _QUOTES and not is_one_string(text, start, end):
            return False
        if self._under is not None and not self._follows_block(token, self._under):
            return False
        self._behind_import = False
        if first == "\n":
            kind = token.lastgroup
            # The line that a statement stands in begins behind the end of the one above.
            self._line += text.count("\n", self._at, start + 1)
            self._at = start + 1
            if kind == "found":
                self._behind_import = True
                if not self._takes_import(token["found"].lstrip(" \t")):
                    return False
            elif kind == "defined":
                self._defined.append(token["defined"])
            else:
                self._under = _indent(token["block"])
                if self._under is None:
                    return False
        self._line += text.count("\n", self._at, end)
        self._at = end
        return True

    def is_sure_up_to(self, end: int) -> bool:
        """Whether no word that matters stands between the last token and this place."""
        text, at = self._text, self._at
        if text.find(_WORD, at, end) < 0 and text.find("TYPE_CHECKING", at, end) < 0:
            return True
        return _DOUBTS.search(text, at, end) is None

    def binds_more(self) -> bool:
        """Whether the module plainly binds a name that no import gave."""
        return plainly_more(self._text, self._at, self.imports, self._defined, behind_import=self._behind_import)

    def _follows_block(self, token: re.Match[str], under: int) -> bool:
        start = token.start()
        # The end of the line above is outside of what begins a line.
        gap = self._text[self._at : start + (self._text[start] == "\n")]
        if self._text[start] == "#" and not gap.strip(" \t\n"):
            return True
        inside = _is_inside(gap, token, under)
        if inside is False:
            self._under = None
        return inside is not None

    def _takes_import(self, text: str) -> bool:
        found = _statement(text)
        if found is None:
            return False
        kind: ImportKind = "runtime" if self._under is None else "type-checking"
        self.imports.extend([Import(*one, self._line, kind, False, False) for one in found])
        return True


def decoded(data: bytes) -> str | None:
    """The text that Python would read, below an empty line; None where that takes more than UTF-8."""
    if len(data) > LARGEST or b"\0" in data:
        return None
    for head in data.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)[:2]:
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


def _last_place(text: str) -> int:
    """Where the word `import` stands last; -1 where it does not."""
    at = len(text)
    while (at := text.rfind(_WORD, 0, at)) >= 0:
        after = text[at + len(_WORD) : at + len(_WORD) + 1]
        before = text[at - 1 : at] if at else ""
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            return at
    return -1


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


def _is_inside(gap: str, token: re.Match[str], under: int) -> bool | None:
    """Whether a token stands in the block of an `if` with that indent; None where that is not plain.

    `gap` is what stands between it and the token before. Only imports may stand in the block.
    """
    if "\f" in gap:
        return None
    rest = gap.lstrip(" \t\n")
    if rest:
        before = gap[: len(gap) - len(rest)]
        line = before[before.rfind("\n") + 1 :] if "\n" in before else "\t"
    else:
        line = gap[gap.rfind("\n") + 1 :] + (token["found"] or token["block"] or "")
    indent = _indent(line)
    if indent is None:
        return None
    if indent <= under:
        return False
    return True if not rest and token.lastgroup == "found" else None


def _indent(line: str) -> int | None:
    """How many blanks a line begins with; None where a tab is among them."""
    blanks = len(line) - len(line.lstrip(" "))
    return None if line[blanks : blanks + 1] == "\t" else blanks


_Said = tuple[str, int, tuple[tuple[str, str], ...] | None, str]


@lru_cache(maxsize=1 << 15)
def _statement(text: str) -> tuple[_Said, ...] | None:
    """Module, level, names and alias of each import of a statement; None where it is written in a rare way."""
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
