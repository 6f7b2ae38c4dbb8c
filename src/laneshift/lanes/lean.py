"""The atlas of a tree from nothing, on two processors, with no more than a check of that one tree asks for.

Each file is read and its imports are resolved at once, half of the files in a copy of this process. What the names
depended on is not kept, and what each file said where it is asked for: who wants the atlas of a next tree under other
names surveys again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from laneshift.code.index import Index
from laneshift.code.index.blobs import read_blob
from laneshift.code.links import Import, Links
from laneshift.code.resolve import Resolver
from laneshift.lanes.arrows import Arrow, arrows_of, as_numbers, from_numbers
from laneshift.lanes.atlas import Atlas, inverted, survey
from laneshift.lanes.beside import beside, is_worth_it
from laneshift.lanes.places import Places
from laneshift.lanes.resolving import Targets
from laneshift.lanes.source import Source, source_of
from laneshift.lanes.symlinks import Linked, linked
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.stored import Stored
from laneshift.repo.whereabouts import Whereabouts

_OPEN = Links(is_open=True)
_TOGETHER = 32
Plain = tuple[list[int], list[int], bool, bool, list[int], list[tuple[Any, ...]]]
"""Targets, lines and kinds in turn, all as numbers; blind lines; whether it is scanned, and whether it may pass on;
lines that change where modules are looked for; and the imports as they are written, where these are asked for."""


class _File(NamedTuple):
    """What one file says, with its imports resolved."""

    arrows: tuple[Arrow, ...]
    source: Source


def lean_survey(tree: Tree, index: Index, roots: Iterable[str] = (), *, said: bool = False) -> Atlas:
    """As `survey`, without `consulted`, and with `said` where that is asked for.

    Raises `Refused` when a blob is missing from the repository.
    """
    chosen = tuple(roots)
    ways = linked(tree)
    if ways.files:
        return survey(tree, index, chosen)  # a file of several names is read once there
    files = {
        path: bytes.fromhex(entry.oid) for path, entry in tree.below("") if path.endswith(".py") and entry.is_regular
    }
    places = Places.of(files, chosen)
    looking = _Looking(places, list(files.items()), imports=said)
    found = dict(zip(files, looking.halves(tree.repository, index), strict=True))
    atlas = _atlas(tree, chosen, places, ways, found)
    return replace(atlas, said={path: file.source for path, file in found.items()}) if said else atlas


def _atlas(tree: Tree, roots: tuple[str, ...], places: Places, ways: Linked, found: dict[str, _File]) -> Atlas:
    out = {path: file.arrows for path, file in found.items()}
    return Atlas(
        tree=tree,
        roots=roots,
        named=lambda: places,
        out=out,
        into=inverted(out),
        scanned=frozenset(path for path, file in found.items() if file.source.is_scanned),
        blind={path: file.source.blind for path, file in found.items() if file.source.blind},
        bent={path: file.source.bent for path, file in found.items() if file.source.bent},
        passing=frozenset(path for path, file in found.items() if file.source.passes_on),
        linked=ways,
        consulted=None,
        said=None,
    )


class _Looking:
    """Reads and resolves the files of a tree, given by path and blob id."""

    def __init__(self, places: Places, files: Sequence[tuple[str, bytes]], *, imports: bool) -> None:
        self._places = places
        self._imports = imports
        self._files = files
        self._paths = [path for path, _ in files]
        self._targets = Targets(places)
        self._resolver = Resolver(places.modules, lambda _: _OPEN)
        self._said: dict[bytes, Source] = {}

    def halves(self, repository: Repository, index: Index) -> list[_File]:
        """What all files say, in their order."""
        if not is_worth_it(len(self._files), index.processes):
            return [self._file(at, repository.stored, index) for at in range(len(self._files))]
        # In turns of a few, since what lies near each other in a pack is read faster.
        turns = [range(at, min(at + _TOGETHER, len(self._files))) for at in range(0, len(self._files), _TOGETHER)]
        here, there = ([at for turn in half for at in turn] for half in (turns[::2], turns[1::2]))
        found: dict[int, _File] = {}
        with beside(lambda: list(self._plainly(repository, there))) as result:
            found.update((at, self._file(at, repository.stored, index)) for at in here)
            told: list[Plain] | None = result()
        if told is None:
            found.update((at, self._file(at, repository.stored, index)) for at in there)
        else:
            found.update((at, self._unpacked(plain)) for at, plain in zip(there, told, strict=True))
        return [found[at] for at in range(len(self._files))]

    def _file(self, at: int, stored: Stored, index: Index) -> _File:
        path, oid = self._files[at]
        said = self._said.get(oid)
        if said is None:
            said = self._said[oid] = source_of(read_blob(stored, oid), partial(index.record, oid))
        return _File(self._arrows(path, said), said)

    def _arrows(self, path: str, said: Source) -> tuple[Arrow, ...]:
        found = self._targets.arrows(path, said.imports)
        return arrows_of(path, said.imports, self._places, self._resolver).arrows if found is None else found

    def _plainly(self, repository: Repository, files: Iterable[int]) -> Iterator[Plain]:
        """What files say, as plain values. Uses nothing that was opened."""
        stored = Repository(Whereabouts(repository.git_dir, repository.common_dir, repository.work_dir)).stored
        number = {path: at for at, path in enumerate(self._paths)}
        for at in files:
            path, oid = self._files[at]
            said = self._said.get(oid)
            if said is None:
                data = read_blob(stored, oid)
                said = self._said[oid] = source_of(data, partial(_record, data))
            arrows = self._arrows(path, said)
            written = list(map(tuple, said.imports)) if self._imports else []
            yield (
                as_numbers(arrows, number),
                list(said.blind),
                said.is_scanned,
                said.passes_on,
                list(said.bent),
                written,
            )

    def _unpacked(self, plain: Plain) -> _File:
        flat, blind, is_scanned, passes_on, bent, written = plain
        imports = tuple(map(Import._make, written))
        return _File(from_numbers(flat, self._paths), Source(imports, tuple(blind), is_scanned, passes_on, tuple(bent)))


def _record(data: bytes | None) -> bytes:
    from laneshift.code.index.making import record_of  # noqa: PLC0415 - loads a parser, which few files need

    return record_of(data)
