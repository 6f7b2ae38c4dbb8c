"""Recovery refs of a remote go when nothing needs them any more.

One is needed until what it tells of is on record: that its push has arrived, however the branch was rewritten since.
The last one stays for a person to look at, and for another clone that may be looking at the same push. All names come
from the journal, so refs of others are never touched; each is deleted only while it points where it was left.
"""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.errors import LaneshiftError
from laneshift.landing.sight import recovery_ref
from laneshift.landing.swap import LANDED
from laneshift.repo.remotes import below, drop, find
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop


def sweep(shop: Workshop, name: str, tip: str) -> None:
    """After `tip` was recorded, delete the recovery refs of what was recorded before it on the remote `name`.

    A remote that cannot be reached, or does not let go of them, keeps them until the next time; that is told.
    """
    done = {ref: oid for ref, oid in _recorded(shop, name) if oid != tip}
    if not done:
        return
    try:
        remote = find(shop.repository, name)
        there = below(shop.repository, remote, LANDED)
        old = {ref: oid for ref, oid in done.items() if there.get(ref) == oid}
        kept = drop(shop.repository, remote, old)
    except LaneshiftError as error:
        kept = error.what
    if kept:
        shop.report(Event("land", f"old recovery refs stay at {name}: {kept}"))


def _recorded(shop: Workshop, name: str) -> Iterator[tuple[str, str]]:
    """The recovery ref, and the commit, of everything that is on record as done on the remote."""
    for record in [*shop.journal.records(kind="land.recorded"), *shop.journal.records(kind="rollback.recorded")]:
        if record.facts.get("remote") == name:
            key, tip = record.key.removesuffix("/recorded"), str(record.facts["tip"])
            yield recovery_ref(str(record.facts.get("key", key)), tip), tip
