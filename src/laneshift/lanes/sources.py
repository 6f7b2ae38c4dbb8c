"""What files of a tree say about their imports: by their words where those are plain, else by their facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial

from laneshift.code.facts import Import
from laneshift.code.index import Index
from laneshift.code.index.blobs import read_blob
from laneshift.lanes.beside import beside, is_worth_it
from laneshift.lanes.mentions import mentions_one
from laneshift.lanes.reading import Reading, read
from laneshift.lanes.source import Source, source_of
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.whereabouts import Whereabouts

_FEW = 500


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
