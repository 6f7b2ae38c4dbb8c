"""Seals on a remote: a copy that whoever can write to this clone's files cannot reach.

A landing on a remote pushes them; verify looks at those there. Neither fails for a remote that does not answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.errors import LaneshiftError
from laneshift.repo.commits import is_ancestor
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read
from laneshift.repo.remotes import fetch, find, look, push
from laneshift.runs.events import Event
from laneshift.runs.sealing import join, ref_of
from laneshift.runs.workshop import Workshop

_ATTEMPTS = 3


def share(shop: Workshop, name: str) -> None:
    """Have the remote `name` hold the seals of this journal too, with what another clone sealed there."""
    try:
        kept = _shared(shop, name)
    except LaneshiftError as error:
        kept = error.what
    if kept:
        shop.report(Event("land", f"{name} does not hold the seals of the journal: {kept}"))


def seals_at(shop: Workshop, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The commits with the seals of this journal that these remotes hold, and why others could not be looked at."""
    ref = ref_of(shop.journal.checkpoint().origin)
    found: list[str] = []
    lost: list[str] = []
    for name in sorted(set(names)):
        try:
            commit = fetch(shop.repository, find(shop.repository, name), ref)
        except LaneshiftError as error:
            lost.append(f"seals at {name} could not be looked at: {error.what}")
            continue
        found += [commit] if commit else []
    return found, lost


def _shared(shop: Workshop, name: str) -> str:
    """Why the remote does not hold them, or empty."""
    repository, ref = shop.repository, ref_of(shop.journal.checkpoint().origin)
    remote, said = find(repository, name), ""
    for _ in range(_ATTEMPTS):
        there, here = look(repository, remote, [ref])[ref], read(repository, ref)
        if here is None or there == here:
            return ""
        if there is not None:
            other = fetch(repository, remote, ref)
            if other is not None and not is_ancestor(repository, other, here):
                join(shop, other)
                continue
        pushed = push(repository, remote, [RefUpdate(ref, there, here)])
        said = next(iter(pushed.refused.values()), pushed.said)
        if look(repository, remote, [ref])[ref] == here:
            return ""
    return said or "others move them all the time"
