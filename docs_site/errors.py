"""The page of all errors: what is known of each code, and how the source tells it."""

from __future__ import annotations

from collections import defaultdict

from docs_site.codes import raised
from laneshift.cli.catalogue import Entry, every

_EXITS = {"CheckFailed": 1, "Refused": 2, "Bug": 3, "NeedsPerson": 4}
_HEAD = """\
# Errors

Every error that laneshift tells on purpose has a code, which never changes once released. On the terminal it stands in
brackets; with `--json`, and in answers over HTTP, it is `code`. The same text without a network:

    laneshift explain batch.duplicate-source

The number is the exit code of a command that ends with it: 1 something failed, 2 wrong usage, input or settings,
refused before anything changed, 3 our bug, 4 it waits for a person. Those without a number are listed below another
error, as one of several faults, or are told in a journal or a flow.
"""


def page() -> str:
    """Every code of the catalogue below its room, as Markdown."""
    exits: dict[str, set[int]] = defaultdict(set)
    for each in raised():
        if each.kind in _EXITS:
            exits[each.code].add(_EXITS[each.kind])
    rooms: dict[str, list[str]] = defaultdict(list)
    for entry in every():
        rooms[entry.code.partition(".")[0]].append(_told(entry, exits[entry.code]))
    links = " · ".join(f"[{room}](#{room})" for room in rooms)
    return "\n".join((_HEAD, links, "", *(f"## {room}\n\n" + "\n".join(told) for room, told in rooms.items())))


def _told(entry: Entry, exits: set[int]) -> str:
    numbers = f" <small>exit {' or '.join(map(str, sorted(exits)))}</small>" if exits else ""
    # The name of an anchor: what is written `room.cause` on a terminal can be pasted behind the address.
    return f"#### `{entry.code}`{numbers} {{ #{entry.code} }}\n\n{entry.cause}  \n**Cure:** {entry.cure}\n"
