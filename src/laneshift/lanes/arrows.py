"""The imports of one file as arrows between paths: what a rule about folders is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from laneshift.code.dotted import parents
from laneshift.code.links import Import, Links
from laneshift.repo.plain_records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # takes longer to load than the check of a small change takes
    from typing import Literal, TypeAlias

    from laneshift.code.modules import Modules
    from laneshift.code.resolve import Resolved, Resolver
    from laneshift.lanes.places import Places

Kind: TypeAlias = 'Literal["static", "type-checking", "dynamic", "link"]'
KINDS: tuple[Kind, ...] = ("static", "type-checking", "dynamic", "link")
_KIND_NUMBERS = {kind: at for at, kind in enumerate(KINDS)}
PARTS = 3
"""How many numbers an arrow is as one of `as_numbers`."""


class Arrow(NamedTuple):
    """An import of the file at `target`: the line (from 1) where it stands, and how it is done.

    `link` means that the importing path is a symlink, or lies behind one, and is the target by another name.
    """

    target: str
    line: int
    kind: Kind


class Arrows(NamedTuple):
    """The arrows of one file, one for each target and kind, and the dotted names and paths that decided them."""

    arrows: tuple[Arrow, ...]
    consulted: frozenset[str]


def as_numbers(arrows: Iterable[Arrow], number: Mapping[str, int]) -> list[int]:
    """Target, line and kind of each arrow in turn; `number` has that of each path."""
    return [part for target, line, kind in arrows for part in (number[target], line, _KIND_NUMBERS[kind])]


def from_numbers(flat: Sequence[int], paths: Sequence[str]) -> tuple[Arrow, ...]:
    """The arrows that `as_numbers` was given; `paths` by their numbers."""
    targets = [paths[target] for target in flat[::PARTS]]
    kinds = [KINDS[kind] for kind in flat[2::PARTS]]
    return tuple(map(Arrow._make, zip(targets, flat[1::PARTS], kinds, strict=True)))


def shape_of(arrows: Iterable[Arrow]) -> tuple[list[tuple[str, Kind]], list[tuple[str, Kind]]]:
    """What decides about the imports that a chain goes by: which there are, and which of them stands first."""
    told = list(arrows)
    lined = sorted(told, key=lambda arrow: arrow.line)
    return [(arrow.target, arrow.kind) for arrow in told], [(arrow.target, arrow.kind) for arrow in lined]


def arrows_of(path: str, imports: tuple[Import, ...], places: Places, resolver: Resolver) -> Arrows:
    """Resolve the imports of a file.

    An import of a module that is not there still runs the packages on the way to it, so it points at the nearest one.
    """
    modules = places.modules
    found = resolver.resolve(path, Links(imports))
    first: dict[tuple[str, Kind], int] = {}
    for edge in found.edges:
        kind: Kind = "static" if edge.kind == "runtime" else edge.kind
        first.setdefault((modules.by_name[edge.imported], kind), edge.line)
    for target, line, kind in _partly(path, imports, found, modules):
        first.setdefault((target, kind), line)
    consulted = {above for name in found.unresolved for above in parents(name)}
    for name, line, kind in _outside(imports, found, places):
        tried = tuple(places.tried(name))
        consulted.update(tried)
        target = next((each for each in tried if each in places.paths), path)
        if target != path:
            first.setdefault((target, kind), line)
    arrows = tuple(Arrow(target, line, kind) for (target, kind), line in first.items())
    return Arrows(arrows, found.consulted | consulted if consulted else found.consulted)


def _outside(imports: Iterable[Import], found: Resolved, places: Places) -> Iterator[tuple[str, int, Kind]]:
    """The names that no module has, of which some folder may be the start."""
    tops = {top for top in found.outside if places.may_hold(top)}
    for one in imports if tops else ():
        if not one.level and one.module.partition(".")[0] in tops:
            kind: Kind = "static" if one.kind == "runtime" else one.kind
            for name in [f"{one.module}.{name}" for name, _ in one.names] if one.names else [one.module]:
                yield name, one.line, kind


def _partly(path: str, imports: Iterable[Import], found: Resolved, modules: Modules) -> Iterator[Arrow]:
    for name in sorted(found.unresolved):
        near = next((above for above in parents(name) if above in modules.by_name), None)
        if near is None or modules.by_name[near] == path:
            continue
        asking = [one for one in imports if one.module and (f"{name}.".find(f"{one.module}.") >= 0)]
        line, kind = (asking[0].line, asking[0].kind) if asking else (1, "runtime")
        yield Arrow(modules.by_name[near], line, "static" if kind == "runtime" else kind)
