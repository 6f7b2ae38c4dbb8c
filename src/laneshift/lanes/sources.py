"""What files of a tree say about their imports: by their words where those are plain, else by their facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from laneshift.code.facts import Import, decode_links, decode_parses
from laneshift.code.index import Index
from laneshift.code.index.blobs import read_blob
from laneshift.lanes.beside import beside, is_worth_it
from laneshift.lanes.dynamic import Dynamic, dynamic
from laneshift.lanes.mentions import mentions_one
from laneshift.lanes.passing import may_pass_on
from laneshift.lanes.reading import Reading, read
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.whereabouts import Whereabouts

_FEW = 500
_NO_CALLS = Dynamic((), ())


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


def sources(tree: Tree, index: Index, paths: Collection[str]) -> dict[str, Source]:
    """What each of these Python files says. Raises `Refused` when a blob is missing from the repository."""
    oids = _ids(tree, index, paths)
    found = _by_blob(tree.repository, index, list(dict.fromkeys(oids.values())))
    return {path: found[oid] for path, oid in oids.items()}


def _ids(tree: Tree, index: Index, paths: Collection[str]) -> dict[str, bytes]:
    """The id of each file. A list of all files takes longer to make than a look at each of a few."""
    if len(paths) > _FEW:
        files = index.files(tree)
        return {path: files[path] for path in paths}
    return {path: bytes.fromhex(tree.entries[path].oid) for path in paths}


def _by_blob(repository: Repository, index: Index, oids: list[bytes]) -> dict[bytes, Source]:
    if not is_worth_it(len(oids), index.processes):
        return dict(_read_here(repository, index, oids))
    half = len(oids) // 2
    here, there = oids[:half], oids[half:]
    with beside(lambda: _plain_ones(repository, there)) as result:
        found = dict(_read_here(repository, index, here))
        plain = result() or [None] * len(there)
    for oid, said in zip(there, plain, strict=True):
        if said is not None:
            found[oid] = Source(tuple(map(Import._make, said[0])), passes_on=said[1])
    found.update(_read_here(repository, index, [oid for oid in there if oid not in found]))
    return found


def _read_here(repository: Repository, index: Index, oids: Iterable[bytes]) -> Iterator[tuple[bytes, Source]]:
    for oid in oids:
        yield oid, source_of(read_blob(repository.stored, oid), partial(index.record, oid))


def _plain_ones(there: Repository, oids: Iterable[bytes]) -> list[tuple[list[tuple[object, ...]], bool] | None]:
    """What words say of blobs, as plain tuples; None for those that leave doubts. Uses nothing that was opened."""
    stored = Repository(Whereabouts(there.git_dir, there.common_dir, there.work_dir)).stored
    found = (_plain(read_blob(stored, oid)) for oid in oids)
    return [None if each is None else ([tuple(one) for one in each.imports], each.may_pass_on) for each in found]


def _plain(data: bytes | None) -> Reading | None:
    return None if data is None or mentions_one(data) else read(data)


def source_of(data: bytes | None, record: Callable[[], bytes]) -> Source:
    """What the bytes of a file say; None for a file that is too large to be read.

    `record` gives its encoded facts, and is asked only where words leave doubts.
    """
    plain = None if data is None else read(data)
    calls = dynamic(data) if data and mentions_one(data) else _NO_CALLS
    if plain is not None and calls.parses:
        return Source((*plain.imports, *calls.imports), calls.blind, passes_on=plain.may_pass_on, bent=calls.bent)
    known = record()
    links = decode_links(known)
    passes_on, is_scanned = may_pass_on(links), not decode_parses(known)
    return Source((*links.imports, *calls.imports), calls.blind, is_scanned, passes_on, calls.bent)
