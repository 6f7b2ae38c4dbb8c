"""What the words of a finding tell: its file, its symbol, its owner, and the fields that stand below it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_EXTENSIONS = (
    "py pyi js jsx ts tsx go rs java kt rb php c h cc cpp hpp cs swift sh sql "
    "toml yaml yml json md rst html css ini cfg"
)
_PATH = re.compile(
    rf"(?<![\w/.@-])((?:[\w@+-][\w.@+-]{{0,100}}/){{0,30}}[\w@+-][\w.@+-]{{0,100}}?\.(?:{'|'.join(_EXTENSIONS.split())}))"
    r"(?![\w/-])(?:::([A-Za-z_][\w.:]{0,200}))?"
)
_PLAIN_FILE = re.compile(r"`((?:[\w@+-][\w.@+-]{0,100}/){1,30}(?:[\w@+-][\w.@+-]{0,100})?|Dockerfile|Makefile)`")
_SYMBOL = re.compile(r"`([A-Za-z_][\w]{0,100}(?:\.[A-Za-z_]\w{0,100}){0,10})\(\)`")
_OWNER = re.compile(r"(?<![\w.@/])@([A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9][\w.-]{0,60})?)(?![\w/.])")
_FIELD = re.compile(r"^\s*[*_]{0,3}([A-Za-z][A-Za-z ]{1,24}?)[*_]{0,3}\s*:[*_]{0,3}\s*(\S.*)$", re.DOTALL)
_KEYS = {
    "severity": "severity priority level risk criticality impact",
    "file": "file files path location where file hint affected file",
    "area": "area component category module domain section subsystem",
    "owner": "owner assignee assigned suggested owner team responsible",
    "summary": "summary finding issue description problem title details observation",
}
_KEY_OF = {name: key for key, names in _KEYS.items() for name in names.split()} | {
    "file hint": "file",
    "suggested owner": "owner",
    "assigned to": "owner",
    "affected file": "file",
}
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,1000}\)")
_NUMBER = re.compile(r"^\s*(?:#?\d{1,4}(?:\.\d{1,4}){0,5}[.):]?\s+|[A-Z]{1,8}-\d{1,5}\s*[:.)\u2013\u2014-]?\s+)")
_TASK = re.compile(r"^\s*\[([ xX])\]\s+")


def file_of(text: str) -> tuple[str, str]:
    """The first file of the repository that a text names, and the symbol in it. Both may be empty."""
    found = _PATH.search(text)
    symbol = _SYMBOL.search(text)
    if found:
        return found[1], (found[2] or "").replace("::", ".") or (symbol[1] if symbol else "")
    folder = _PLAIN_FILE.search(text)
    return (folder[1] if folder else "", symbol[1] if symbol else "")


def owner_of(text: str) -> str:
    """The first person or team that a text names with an at sign."""
    found = _OWNER.search(text)
    return f"@{found[1]}" if found else ""


def fields_of(texts: Iterable[str]) -> dict[str, str]:
    """Lines such as `**Severity:** High`; the first of each key counts."""
    found: dict[str, str] = {}
    for line in (line for text in texts for line in text.splitlines()):
        field = _FIELD.match(line)
        key = key_of(field[1]) if field else ""
        if field and key:
            found.setdefault(key, field[2].strip(" *_"))
    return found


def key_of(name: str) -> str:
    """The field that a head of a table or of a line means; empty for one that is unknown."""
    return _KEY_OF.get(" ".join(name.replace("_", " ").strip(" *`").casefold().split()), "")


def unmarked(text: str) -> str:
    """The words of Markdown on one line, without the number that some audits give their findings."""
    plain = _LINK.sub(r"\1", _TASK.sub("", text))
    plain = re.sub(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", "", plain)
    return _NUMBER.sub("", " ".join(plain.split())).strip(" :\u2013\u2014-")


def is_done(text: str) -> bool:
    """Whether an item is ticked off, or struck through as a whole."""
    task = _TASK.match(text)
    return bool(task and task[1] in "xX") or bool(re.fullmatch(r"\s*~~[^~]+~~\s*", _TASK.sub("", text)))
