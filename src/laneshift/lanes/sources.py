"""What files of a tree say about their imports: by their words where those are plain, else by their facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from laneshift.code.facts import Import, decode_links, decode_parses
from laneshift.code.index import Index
from laneshift.code.index.blobs import read_blob
from laneshift.lanes.dynamic import dynamic, mentions_one
from laneshift.lanes.passing import may_pass_on
from laneshift.lanes.reading import read
from laneshift.repo.objects import Tree


class Source(NamedTuple):
    """One file.

    `imports` are all of them; those by call stand after the others. `blind` are lines of calls whose argument cannot
    be known. `is_scanned` says that the file does not parse and its words left doubts, so that there may be more.
    `passes_on` that it may do nothing but pass on what it imports.
    """

    imports: tuple[Import, ...]
    blind: tuple[int, ...] = ()
    is_scanned: bool = False
    passes_on: bool = False


def sources(tree: Tree, index: Index, paths: Iterable[str]) -> dict[str, Source]:
    """What each of these Python files says. Raises `Refused` when a blob is missing from the repository."""
    files = index.files(tree)
    odb = tree.repository.handle.odb
    found: dict[bytes, Source] = {}
    said: dict[str, Source] = {}
    for path in paths:
        oid = files[path]
        if oid not in found:
            found[oid] = source_of(read_blob(odb, oid), partial(index.record, oid))
        said[path] = found[oid]
    return said


def source_of(data: bytes | None, record: Callable[[], bytes]) -> Source:
    """What the bytes of a file say; None for a file that is too large to be read.

    `record` gives its encoded facts, and is asked only where words leave doubts.
    """
    calls = dynamic(data) if data and mentions_one(data) else None
    plain = None if calls or data is None else read(data)
    if plain is not None:
        return Source(plain.imports, passes_on=plain.may_pass_on and may_pass_on(decode_links(record())))
    known = record()
    links = decode_links(known)
    imports, blind = ((*links.imports, *calls.imports), calls.blind) if calls else (links.imports, ())
    return Source(imports, blind, not decode_parses(known), may_pass_on(links))
