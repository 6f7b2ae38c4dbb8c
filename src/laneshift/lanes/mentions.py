"""What the bytes and the text of a file have to hold before anybody looks for imports that no statement makes.

Most files hold nothing of the kind, and one search costs as much as another, so those by an underline are done at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

# A search leaps to a plain letter at its start, and looks back from there.
_CALL = re.compile(
    rb"_(?:(?=[msp_nfl])(?:module|string|_(?:path__)?|path|name|from_file|spec|source|loader)(?:"
    + b"|".join(
        b"(?<=" + word + b")"
        for word in (
            b"import_module",
            b"import_string",
            b"import__",
            b"run_module",
            b"run_path",
            b"resolve_name",
            b"spec_from_file",
            b"find_spec",
            b"load_source",
            b"load_module",
            b"lazy_loader",
            b"__path__",
        )
    )
    + rb"))"
)
_RUNNER = re.compile(rb"x(?<=ex)ec\b(?<!\wexec)")
_SEARCHED = r"(?:path|meta_path|path_hooks)\b"
# What is assigned to is not taken.
_TAKEN = (
    r"\s*\.\s*modules\s*"
    r"(?:\[\s*[rRuU]?[\"'][^\"'\n]*[\"']\s*\](?!\s*=(?!=))|\.\s*(?:get|pop|setdefault)\s*\(\s*[rRuU]?[\"'])"
)
_AGAIN = r"(?:[ \t]|\\\r?\n)+(?:as|import)\b|\s*,\s*[\"'](?:modules|path|meta_path|path_hooks)[\"']"
# What is put in the place of a list or of a part of it, what is done to it, and what names it to one who does.
_ASSIGNED = r"[-+*|&@]?=(?!=)"
_CHANGED = (
    rf"\s*(?:{_ASSIGNED}|:[^=\n]*=(?!=)|,[^(\n]*=(?!=)|\[[^\n]*\]\s*(?:,[^(\n]*)?{_ASSIGNED}|[\"']\s*,"
    r"|\.\s*(?:append|clear|extend|insert|pop|remove|reverse|sort)\b)"
)
_SYSTEM = (
    rf"sys(?:(?P<taken>{_TAKEN}|path_prepend)|(?P<again>{_AGAIN})"
    rf"|\b(?:\s*\.\s*(?:(?P<list>{_SEARCHED})(?P<changed>{_CHANGED})?|modules\b))?)"
)
_OF_SYSTEM, _IN_BYTES = re.compile(_SYSTEM), re.compile(_SYSTEM.encode())
_OF_PACKAGE = re.compile(rf"(?P<list>__path__)(?P<changed>{_CHANGED})?")
_GOES_ON = re.compile(r"[ \t]*[.\[(]")
_STORED = re.compile(r"\b(?:del|as)\b|\bfor\b(?![^\n]*\bin\b)")
_LAZY, _SITES = "lazy_loader", "addsitedir"
_PLAIN_WORDS = b"FileLoader", b"importorskip", _SITES.encode()
_OF_SITES = re.compile(rf"{_SITES}(?:[ \t]+as\b)?")


class Beyond(NamedTuple):
    """What a text holds beside calls: words of which a definition tells all by itself, by the place where each stands,
    whether the rest of the file has its say, and whether `lazy_loader` is named."""

    words: Mapping[int, str]
    of_all: bool
    lazy: bool


UNSEARCHED = Beyond({}, of_all=True, lazy=True)
"""What a file may hold whose text nobody has."""


def mentions_one(data: bytes) -> bool:
    """Whether a file may import by a call, or take a module that is loaded, or change where modules are looked for."""
    # What `eval` imports, it imports by one of the others.
    if _CALL.search(data) or any(word in data for word in _PLAIN_WORDS) or _RUNNER.search(data):
        return True
    if b"sys" not in data or not (b"modules" in data or b"path" in data):
        return False
    return any(
        found.lastgroup is not None or data[: found.start()].rstrip(b" \t\r\n\\(").endswith(b"=")
        for found in _IN_BYTES.finditer(data)
    )


def beyond(text: str) -> Beyond:
    """What decides how much of a text has to be parsed."""
    words = {found.start(): found[0] for found in _OF_PACKAGE.finditer(text) if _is_changed(text, found)}
    words.update((found.start(), found[0]) for found in _OF_SITES.finditer(text))
    lazy = of_all = _LAZY in text
    of_all = of_all or any(word != _SITES for word in words.values() if word.startswith(_SITES))
    if "sys" in text and ("modules" in text or "path" in text):
        for found in _OF_SYSTEM.finditer(text):
            if found["taken"] or (found["list"] and _is_changed(text, found)):
                words[found.start()] = found[0]
            of_all = of_all or bool(found["again"]) or _is_assigned(text, found)
    return Beyond(words, of_all, lazy)


def _is_changed(text: str, found: re.Match[str]) -> bool:
    """Whether a list is changed, or stands where a statement may do so."""
    if found["changed"]:
        return True
    return _STORED.search(text[text.rfind("\n", 0, found.start()) + 1 : found.start()]) is not None


def _is_assigned(text: str, found: re.Match[str]) -> bool:
    """Whether a table, or `sys` itself, gets another name here."""
    if found["taken"] or _GOES_ON.match(text, found.end()):
        return False
    return text[: found.start()].rstrip(" \t\n\\(").endswith("=")
