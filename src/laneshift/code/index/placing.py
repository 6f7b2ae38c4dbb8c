"""What is kept beside the listing of a tree, so that a reader needs neither the ids of all blobs nor their facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from laneshift.code.index.listing import BROKEN, NO_PYTHON, NOWHERE, PARSES, Listing, Places
from laneshift.code.index.lookup import starts_of
from laneshift.code.index.parts import Parts
from laneshift.code.index.words import WordSegment


def places_of(listing: Listing, parts: Parts[WordSegment]) -> Places | None:
    """Where the words of each file are; None when some are in no part, or in one that has no file."""
    names = [name for name in parts.names if name is not None]
    if len(names) != len(parts.names):
        return None
    starts = starts_of(parts.segments)
    files = list(zip(listing.oids(), listing.regular(), strict=True))
    if any(regular and oid not in parts.at for oid, regular in files):
        return None
    return Places(tuple(names), [_number(parts.at[oid], starts) if regular else NOWHERE for oid, regular in files])


def parsed_of(listing: Listing, parses: Callable[[bytes], bool]) -> bytes:
    """For each entry whether it is a Python file, and then whether it parses: what `Listing.parsed` is read from."""
    rows = zip(listing.paths, listing.oids(), listing.regular(), strict=True)
    return bytes(
        (PARSES if parses(oid) else BROKEN) if regular and path.endswith(".py") else NO_PYTHON
        for path, oid, regular in rows
    )


def _number(place: tuple[int, int], starts: Sequence[int]) -> int:
    return starts[place[0]] + place[1]
