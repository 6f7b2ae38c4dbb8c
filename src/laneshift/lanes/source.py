"""What the bytes of one file say about its imports: by their words where those are plain, else by its facts."""

from __future__ import annotations

from collections.abc import Callable

from laneshift.code.links import Import
from laneshift.lanes.mentions import mentions_one
from laneshift.lanes.passing import may_pass_on
from laneshift.lanes.reading import read
from laneshift.repo.plain_records import NamedTuple


class Source(NamedTuple):
    """One file.

    `imports` are all of them; those by call stand after the others. `blind` are lines of calls whose argument cannot
    be known. `is_scanned` says that the file does not parse and its words left doubts, so that there may be more.
    `passes_on` that it may do nothing but pass on what it imports. `bent` are lines that change where modules
    are looked for.
    """

    imports: tuple[Import, ...]
    blind: tuple[int, ...] = ()
    is_scanned: bool = False
    passes_on: bool = False
    bent: tuple[int, ...] = ()


class _Calls(NamedTuple):
    imports: tuple[Import, ...] = ()
    blind: tuple[int, ...] = ()
    parses: bool = True
    bent: tuple[int, ...] = ()


_NO_CALLS = _Calls()


def source_of(data: bytes | None, record: Callable[[], bytes]) -> Source:
    """What the bytes of a file say; None for a file that is too large to be read.

    `record` gives its encoded facts, and is asked only where words leave doubts.
    """
    plain = None if data is None else read(data)
    calls = _calls(data) if data and mentions_one(data) else _NO_CALLS
    if plain is not None and calls.parses:
        return Source((*plain.imports, *calls.imports), calls.blind, passes_on=plain.may_pass_on, bent=calls.bent)
    from laneshift.code.facts import decode_links, decode_parses  # noqa: PLC0415 - words say it all in most files

    known = record()
    links = decode_links(known)
    passes_on, is_scanned = may_pass_on(links), not decode_parses(known)
    return Source((*links.imports, *calls.imports), calls.blind, is_scanned, passes_on, calls.bent)


def _calls(data: bytes) -> _Calls:
    from laneshift.lanes.dynamic import dynamic  # noqa: PLC0415 - loads a parser, which few files need

    found = dynamic(data)
    return _Calls(found.imports, found.blind, found.parses, found.bent)
