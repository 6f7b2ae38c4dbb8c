"""What git tells a pre-push hook: which refs of the other side are to move. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from laneshift.errors import Fault, Refused

_ITEMS = "refs/heads/laneshift/"
_OURS = "refs/laneshift/"
_ID = re.compile(r"[0-9a-f]{40}")
_NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class PushedRef:
    """One line of the hook's input. `new` is what the remote ref becomes, `old` what it was; None is no such ref."""

    local: str
    new: str | None
    remote: str
    old: str | None


def read_pushed(text: str) -> list[PushedRef]:
    """The lines of a pre-push hook's standard input. Raises `Refused` (`hooks.bad-input`)."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split(" ")
        if len(fields) != 4 or not all(_ID.fullmatch(fields[at]) for at in (1, 3)):
            raise Refused(
                "hooks.bad-input", "git told the pre-push hook something else than refs", where=f"line {number}"
            )
        new, old = (None if oid == _NOTHING else oid for oid in (fields[1], fields[3]))
        found.append(PushedRef(fields[0], new, fields[2], old))
    return found


def branch_faults(pushed: Iterable[PushedRef], tips: Collection[str]) -> Iterator[Fault]:
    """Item branches, and refs that laneshift keeps, that somebody pushes by hand.

    `tips` are the commits of all item branches. A branch of an item may be deleted: that only clears away.
    """
    cure = "land it: `laneshift land`; laneshift itself pushes what lands"
    for each in pushed:
        if each.remote.startswith(_OURS):
            what = "is a ref that laneshift keeps to find its way back"
            yield Fault("hooks.own-ref", each.remote, what, "leave it to laneshift")
        elif each.new is not None and (each.remote.startswith(_ITEMS) or each.local.startswith(_ITEMS)):
            name = each.remote if each.remote.startswith(_ITEMS) else each.local
            yield Fault("hooks.item-branch", each.remote, f"{name} is the branch of an item", cure)
        elif each.new is not None and each.new in tips:
            yield Fault("hooks.item-branch", each.remote, f"{each.new[:12]} is the commit of an item's branch", cure)
