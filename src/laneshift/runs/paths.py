"""Which texts are safe to use as a path inside the repository. Pure: the file system is never asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_COMPONENT = 255
"""Bytes of UTF-8 in one component: what common file systems hold."""
MAX_PATH = 4096
"""Bytes of UTF-8 in a whole path."""
MAX_DEPTH = 128
"""Folders above a file: trees are walked recursively."""

_HIDDEN_CATEGORIES = frozenset({"Cf", "Cs", "Zl", "Zp"})
# Not of category Cf, yet drawn as nothing: joiners, fillers and variation selectors.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_SHOWN = 200
_DRIVE = re.compile(r"[A-Za-z]:")
# `git~1` is the short name that NTFS gives to `.git`; a stream name may follow a colon.
_GIT_FOLDER = re.compile(r"(?:\.git|git~[0-9]+)[ .]*(?::.*)?\Z", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a text cannot be a path: a stable cause, what is wrong, and the cure."""

    cause: str
    what: str
    cure: str = ""


def hidden_characters(text: str) -> tuple[str, ...]:
    """The characters of `text` that a reader cannot see or that reorder what is shown, as `U+XXXX`, in order."""
    if _is_plain(text):
        return ()
    return tuple(f"U+{ord(character):04X}" for character in text if _is_hidden(character))


def is_control(character: str) -> bool:
    """Whether this is a control character of the C0 or C1 range, or DEL."""
    return unicodedata.category(character) == "Cc"


def visible(text: str) -> str:
    """`text` with every control and hidden character written as an escape, fit for one line of a report."""
    if _is_plain(text):
        return text
    return "".join(_escape(character) for character in text)


def normalise(path: str) -> str:
    """`path` without `.` parts, doubled slashes and slashes at its end. A leading slash and `..` stay as they are."""
    lead = "/" if path.startswith("/") else ""
    return lead + "/".join(part for part in path.split("/") if part not in ("", "."))


def complaints(path: str) -> tuple[Complaint, ...]:
    """Everything that keeps `path` from being a safe path inside a repository; empty when it is one."""
    return tuple(_complaints(path))


def collision_key(path: str) -> str:
    """What a file system that ignores case and Unicode composition makes of `path`: equal keys collide there."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def folders_above(path: str) -> Iterator[str]:
    """Every folder that contains `path`, the outermost first, without the root."""
    at = path.find("/")
    while at != -1:
        yield path[:at]
        at = path.find("/", at + 1)


def _complaints(path: str) -> Iterator[Complaint]:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    shown = f"'{quoted}'" if len(quoted := visible(path)) <= _SHOWN else f"'{quoted[:_SHOWN]}…'"
    if not parts:
        yield Complaint("path-empty", "the path is empty", "give a path relative to the repository root")
    if path.startswith("/") or _DRIVE.match(path):
        yield Complaint("path-absolute", f"{shown} is absolute", "give a path relative to the repository root")
    if ".." in parts:
        yield Complaint("path-parent", f"{shown} contains `..`", "write the path without `..`")
    if "\\" in path:
        yield Complaint("path-backslash", f"{shown} contains a backslash", "separate folders with `/`")
    if "\0" in path:
        yield Complaint("path-nul", f"{shown} contains a NUL byte")
    if not path.isprintable() and any(is_control(character) and character != "\0" for character in path):
        yield Complaint("path-control", f"{shown} contains a control character")
    hidden = hidden_characters(path)
    if hidden:
        yield Complaint("path-hidden", f"{shown} contains {', '.join(hidden[:5])}, which cannot be seen")
    if any(_GIT_FOLDER.match(part) for part in parts):
        yield Complaint("path-git", f"{shown} leads into git's own folder")
    yield from _length_complaints(parts)


def _length_complaints(parts: list[str]) -> Iterator[Complaint]:
    sizes = [len(part.encode("utf-8", "surrogatepass")) for part in parts]
    if any(size > MAX_COMPONENT for size in sizes):
        yield Complaint("component-too-long", f"a part of the path has more than {MAX_COMPONENT} bytes")
    if sum(sizes) + len(sizes) - 1 > MAX_PATH:
        yield Complaint("path-too-long", f"the path has more than {MAX_PATH} bytes")
    if len(parts) > MAX_DEPTH + 1:
        yield Complaint("path-too-deep", f"the path has more than {MAX_DEPTH} folders")


def _is_plain(text: str) -> bool:
    """The quick answer for nearly every path."""
    return text.isascii() and text.isprintable()


def _is_hidden(character: str) -> bool:
    if character.isascii():
        return False
    if unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _INVISIBLE:
        return True
    point = ord(character)
    return 0xFE00 <= point <= 0xFE0F or 0xE0000 <= point <= 0xE0FFF


def _escape(character: str) -> str:
    if is_control(character) or _is_hidden(character):
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character
