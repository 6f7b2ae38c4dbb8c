"""Names and texts that show something else than they are: look-alike letters, invisible and reordering characters."""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator

from laneshift.code.safe_patch.records import Finding

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_WORD = re.compile(r"[^\W\d]+")


def disguise(name: str) -> str:
    """Why `name` may be taken for another one; empty when it cannot."""
    if name.isascii():
        return ""
    if _INVISIBLE.search(name):
        return "it holds characters that cannot be seen"
    if unicodedata.normalize("NFKC", name) != name:
        return "Python reads it as another name"
    scripts = {_script(letter) for letter in name if letter.isalpha()}
    if len(scripts) > 1:
        return "it mixes letters of several scripts"
    if scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GEORGIAN", "MATHEMATICAL"}:
        return "its letters look like those of another script"
    return ""


def text_findings(path: str, before: str, after: str) -> Iterator[Finding]:
    """Characters that hide or reorder what stands in the text, where there were none of them before."""
    known = {*_INVISIBLE.findall(before), *_CONTROL.findall(before)}
    # Not `splitlines`: it takes some of these characters for ends of lines.
    for number, line in enumerate(after.split("\n"), 1):
        found = {*_INVISIBLE.findall(line), *_CONTROL.findall(line)} - known
        if found:
            code = ", ".join(f"U+{ord(each):04X}" for each in sorted(found))
            yield Finding("hidden-character", path, number, f"the text holds {code}, which cannot be seen")


def name_findings(path: str, before: str, after: str) -> Iterator[Finding]:
    """Names of the new text that may be taken for others, where the old text had no such name."""
    known = set(_names(before))
    told: set[str] = set()
    for name, line in _placed(after):
        if name not in known and name not in told and (why := disguise(name)):
            told.add(name)
            yield Finding("look-alike-name", path, line, f"{name!a}: {why}")


def cookie(data: bytes) -> str:
    """The encoding that a Python file declares, in lower case; `unknown` when Python does not know it."""
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0].lower()
    except (SyntaxError, UnicodeError):
        return "unknown"


def _names(text: str) -> Iterator[str]:
    return (name for name, _ in _placed(text))


def _placed(text: str) -> Iterator[tuple[str, int]]:
    """Names that are not plain ASCII, with their lines. Plain texts have none, and need no tokens."""
    if text.isascii():
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and not token.string.isascii():
                yield token.string, token.start[0]
    except (tokenize.TokenError, SyntaxError):
        for number, line in enumerate(text.splitlines(), 1):
            yield from ((word, number) for word in _WORD.findall(line) if not word.isascii())


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0].partition("-")[0]
