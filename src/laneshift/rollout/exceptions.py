"""The exceptions of a team: what is never promoted, what nobody may touch, what is promoted all the same. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from laneshift import config
from laneshift.lanes.globs import first_match

_OF_A_PACKAGE = ("__init__.py", "module.manifest.json")


@dataclass(frozen=True, slots=True)
class Use:
    """A rule that decided something about an item: the setting, the glob or path in it that spoke, and why."""

    rule: str
    pattern: str
    reason: str


def forced(exceptions: config.Exceptions, src: str, dst: str) -> config.Forced | None:
    """The entry of `force_promote` that names one of the item's paths, or None.

    An item that moves nothing (`src` is `dst`) may name a package by its manifest or by its `__init__.py`: then its
    folder and the other of the two name it as well.
    """
    return exceptions.force_promote.get(_forcing(exceptions, src, dst))


def _forcing(exceptions: config.Exceptions, src: str, dst: str) -> str:
    names = _same_package(src) if src == dst else (src, dst)
    return next((name for name in names if name in exceptions.force_promote), "")


def _same_package(path: str) -> tuple[str, ...]:
    folder, _, name = path.rpartition("/")
    if not folder or name not in _OF_A_PACKAGE:
        return (path,)
    return (path, folder, *(f"{folder}/{each}" for each in _OF_A_PACKAGE))


def verdict(
    exceptions: config.Exceptions, src: str, dst: str, touched: Collection[str] = ()
) -> tuple[str, tuple[Use, ...]]:
    """Why the item is refused, or an empty text; and every exception that had a say, to be journalled.

    `touched` are the paths that the item creates, deletes or edits; a move touches `src` and `dst` in any case.
    `force_promote` lifts `do_not_promote`, and never the protection of a path.
    """
    uses = []
    moved = (src, dst) if src != dst else ()
    refusals = []
    for path in sorted({*moved, *touched}):
        if glob := first_match(exceptions.protected_paths, path):
            refusals.append(f"{path!r} is protected by exceptions.protected_paths {glob!r}")
            uses.append(Use("protected_paths", glob, refusals[-1]))
    lift = forced(exceptions, src, dst)
    if lift is not None:
        uses.append(Use("force_promote", _forcing(exceptions, src, dst), lift.reason))
    for path in dict.fromkeys((src, dst)):
        if lift is None and (glob := first_match(exceptions.do_not_promote, path)):
            refusals.append(f"{path!r} is kept from promotion by exceptions.do_not_promote {glob!r}")
            uses.append(Use("do_not_promote", glob, refusals[-1]))
    return "; ".join(refusals), tuple(uses)
