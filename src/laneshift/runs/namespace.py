"""What the keys of a repository begin with in a store that several repositories share."""

from __future__ import annotations

from laneshift.evidence.canonical import digest
from laneshift.repo.identity import identity_or_local
from laneshift.runs.workshop import Workshop

_DIGITS = 16


def namespace(shop: Workshop, tip: str) -> str:
    """The same in every clone of the repository whose commit `tip` is, and another one in every other repository."""
    first, name = identity_or_local(shop.repository, shop.name, shop.journal.checkpoint().origin, tip)
    return f"laneshift:{digest({'first': first, 'name': name}).removeprefix('sha256:')[:_DIGITS]}"
