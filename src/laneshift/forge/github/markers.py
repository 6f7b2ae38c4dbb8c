"""What marks an issue, a change or a comment as laneshift's, and bodies that GitHub takes. Pure.

The mark is a line of its own that nobody sees: `<!-- laneshift:KEY -->`. It is found as a whole line only, and lines of
a text that look like one are taken out, so no name in a body can pass for the mark of something else.
"""

from __future__ import annotations

import re

from laneshift.errors import Refused

LONGEST = 65_536
"""How many characters GitHub takes as a body."""
LONGEST_TITLE = 256
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9./-]{0,198}[a-z0-9])?")
_LIKE_A_MARK = re.compile(r"^\s*<!--\s*laneshift:.*$", re.MULTILINE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_CALLS = re.compile(r"(?<![\w`])([@#])(?=\w)")
_CUT = "\n\n_The rest did not fit here._\n"


def marker(key: str) -> str:
    """The mark of `key`. Raises `Refused` (`forge.bad-key`)."""
    if not _KEY.fullmatch(key) or "--" in key:
        raise Refused("forge.bad-key", f"{key!r} cannot name anything at a forge", where="key")
    return f"<!-- laneshift:{key} -->"


def marked(key: str, body: str) -> str:
    """The body as it is sent: its mark first, and no more than GitHub takes; its end goes where it is too long."""
    mark = f"{marker(key)}\n"
    text = _LIKE_A_MARK.sub("", _UNSEEN.sub("", body.replace("\r\n", "\n"))).strip("\n") + "\n"
    most = LONGEST - len(mark)
    if len(text) > most:
        text = text[: most - len(_CUT)].rpartition("\n")[0] + _CUT
    return mark + text


def key_of(body: str) -> str | None:
    """The key that marks a body; None for one of somebody else's."""
    for line in body.splitlines():
        text = line.strip()
        if text.startswith("<!-- laneshift:") and text.endswith(" -->"):
            key = text.removeprefix("<!-- laneshift:").removesuffix(" -->")
            return key if _KEY.fullmatch(key) else None
    return None


def unmarked(body: str) -> str:
    """A body that was read, without its mark."""
    return _LIKE_A_MARK.sub("", body.replace("\r\n", "\n")).strip("\n")


def title(text: str) -> str:
    """One line that calls nobody and closes nothing, whatever names are in it."""
    line = " ".join(_UNSEEN.sub("", text).split()) or "laneshift"
    return _CALLS.sub("\\1\u200b", line)[:LONGEST_TITLE]
