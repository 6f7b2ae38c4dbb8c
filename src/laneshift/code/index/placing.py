"""What is kept beside the listing of a tree, so that a reader needs neither the ids of all blobs nor their facts."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping

from laneshift.code.index.listing import BROKEN, NO_PYTHON, NOWHERE, PARSES, UNTRIED, Listing, Places
from laneshift.code.index.lookup import starts_of
from laneshift.code.index.parts import Parts
from laneshift.code.index.words import WordSegment


def places_of(listing: Listing, parts: Parts[WordSegment]) -> Places | None:
    """Where the words of each file are; None when some are in no part, or in one that has no file."""
    names = [name for name in parts.names if name is not None]
    if len(names) != len(parts.names):
        return None
    starts, at = starts_of(parts.segments), parts.at
    numbers = array("I")
    for oid, regular in zip(listing.oids(), listing.regular(), strict=True):
        place = at.get(oid) if regular else None
        if regular and place is None:
            return None
        numbers.append(NOWHERE if place is None else starts[place[0]] + place[1])
    return Places(tuple(names), numbers)


def placed_on(listing: Listing, parts: Parts[WordSegment]) -> None:
    """Place those files of a listing with places that are in a part which has a file and was written later."""
    places = listing.places
    known = parts.named(places.parts) if places is not None else None
    if places is None or known is None:
        return
    wanted, names, start = set(listing.unplaced.values()), list(places.parts), sum(map(len, known))
    found: dict[bytes, int] = {}
    for name, segment in zip(parts.names, parts.segments, strict=True):
        if name is not None and name not in names and not wanted.isdisjoint(segment.oids):
            names.append(name)
            found.update((oid, start + at) for at, oid in enumerate(segment.oids) if oid in wanted)
            start += len(segment)
    numbers = array("I", places.numbers)
    for path, oid in listing.unplaced.items():
        if oid in found:
            numbers[listing.row(path)] = found[oid]
    listing.unplaced = {path: oid for path, oid in listing.unplaced.items() if oid not in found}
    listing.places = Places(tuple(names), numbers)


def parsed_of(listing: Listing, parses: Callable[[bytes], bool]) -> bytes:
    """For each entry whether it is a Python file, and then whether it parses: what `Listing.flags` is read from."""
    rows = zip(listing.paths, listing.oids(), listing.regular(), strict=True)
    return bytes(
        (PARSES if parses(oid) else BROKEN) if regular and path.endswith(".py") else NO_PYTHON
        for path, oid, regular in rows
    )


class Parsed(Mapping[str, bool]):
    """Path to whether this Python parses it, of every Python file of a listing that says so.

    `parses` tells it for a blob about which the listing says nothing.
    """

    def __init__(self, listing: Listing, parses: Callable[[bytes], bool]) -> None:
        self._listing = listing
        self._parses = parses

    def __getitem__(self, path: str) -> bool:
        flag = self._listing.parsed[path]
        return self._parses(self._listing.oid(self._listing.row(path))) if flag == UNTRIED else flag == PARSES

    def __iter__(self) -> Iterator[str]:
        return iter(self._listing.parsed)

    def __len__(self) -> int:
        return len(self._listing.parsed)
