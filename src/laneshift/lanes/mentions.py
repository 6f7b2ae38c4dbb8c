"""What the bytes and the text of a file have to hold before anybody looks for imports that no statement makes.

Most files hold nothing of the kind, and one search costs as much as another, so those by an underline are done at once.
"""

from __future__ import annotations

import re
from functools import lru_cache

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
CHANGED = (
    rf"\s*(?:{_ASSIGNED}|:[^=\n]*=(?!=)|,[^(\n]*=(?!=)|\[[^\n]*\]\s*(?:,[^(\n]*)?{_ASSIGNED}|[\"']\s*,"
    r"|\.\s*(?:append|clear|extend|insert|pop|remove|reverse|sort)\b)"
)
"""What follows a list of places where modules are looked for when it is changed."""
SYSTEM = (
    rf"sys(?:(?P<taken>{_TAKEN}|path_prepend)|(?P<again>{_AGAIN})"
    rf"|\b(?:\s*\.\s*(?:(?P<list>{_SEARCHED})(?P<changed>{CHANGED})?|modules\b))?)"
)
"""`sys`, and what of it is taken, given another name or changed."""
_PLAIN_WORDS = b"FileLoader", b"importorskip", b"addsitedir"


def mentions_one(data: bytes) -> bool:
    """Whether a file may import by a call, or take a module that is loaded, or change where modules are looked for."""
    # What `eval` imports, it imports by one of the others.
    if _CALL.search(data) or any(word in data for word in _PLAIN_WORDS) or _RUNNER.search(data):
        return True
    if b"sys" not in data or not (b"modules" in data or b"path" in data):
        return False
    return any(
        found.lastgroup is not None or data[: found.start()].rstrip(b" \t\r\n\\(").endswith(b"=")
        for found in _of_system().finditer(data)
    )


@lru_cache(1)
def _of_system() -> re.Pattern[bytes]:
    """Made when it is asked for first: that takes as long as to look through a hundred files."""
    return re.compile(SYSTEM.encode())
