"""Every import of one tree, by path, and of the next tree at the price of what changed.

Where imports lead depends on the files that there are and on the importing file, never on what other files say. So a
change of content costs the changed files; a change of names costs also the files that asked for one of those names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from laneshift.code.facts import Links, decode_links, decode_parses
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.code.resolve import Resolver
from laneshift.code.shim_date import EXPIRY_NAME
from laneshift.lanes.arrows import Arrow, arrows_of
from laneshift.lanes.dynamic import FUNCTIONS, dynamic, mentions_one
from laneshift.lanes.places import Places
from laneshift.lanes.symlinks import Linked, linked
from laneshift.repo.differences import differences
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Entry, Tree

_OPEN = Links(is_open=True)
_OWN = frozenset({"__all__", "__getattr__", "__dir__", "annotations", "TYPE_CHECKING", "importlib", "warnings"})


@dataclass(frozen=True)
class Atlas:
    """The imports of one tree.

    `out` maps every Python path (also those behind symlinks) to its arrows, `into` every path to the paths that import
    it. `scanned` are files that do not parse and were read by a scanner, `blind` the lines of imports by call whose
    argument cannot be known. `passing` are files that may do nothing but pass on what they import. `named` gives
    the modules and folders, `consulted` is None where the atlas was not made by this process.
    """

    tree: Tree
    roots: tuple[str, ...]
    named: Callable[[], Places]
    out: Mapping[str, tuple[Arrow, ...]]
    into: Mapping[str, frozenset[str]]
    scanned: frozenset[str]
    blind: Mapping[str, tuple[int, ...]]
    passing: frozenset[str]
    linked: Linked
    consulted: Mapping[str, frozenset[str]] | None

    @property
    def modules(self) -> Modules:
        """Which module a path is."""
        return self.named().modules

    @property
    def paths(self) -> Iterable[str]:
        """Every Python file that was looked at."""
        return self.out.keys()


def survey(tree: Tree, index: Index, roots: Iterable[str] = ()) -> Atlas:
    """The atlas of a tree. `roots` are the configured source roots; without any they are found from the tree."""
    chosen = tuple(roots)
    links, parsed, ways = index.links(tree), index.parses(tree), linked(tree)
    places = Places.of([*links, *ways.files], chosen)
    resolver = Resolver(places.modules, lambda _: _OPEN)
    calling = _calling(tree, index, links)
    out: dict[str, tuple[Arrow, ...]] = {}
    consulted: dict[str, frozenset[str]] = {}
    blind: dict[str, tuple[int, ...]] = {}
    passing = set()
    for path, real in _named(links, ways):
        more = dynamic(tree.read(real)) if real in calling else None
        own = links[real]
        found = arrows_of(path, own, more.imports if more else (), places, resolver)
        out[path] = _with_link(found.arrows, path, real)
        consulted[path] = found.consulted
        if may_pass_on(own):
            passing.add(path)
        if more and more.blind:
            blind[path] = more.blind
    scanned = frozenset(path for path in links if not parsed[path])
    return Atlas(tree, chosen, lambda: places, out, inverted(out), scanned, blind, frozenset(passing), ways, consulted)


def survey_next(before: Atlas, tree: Tree, index: Index) -> Atlas:
    """The atlas of another tree of the same repository, equal to `survey`, resolving again only what may differ."""
    changed = differences(before.tree, tree)
    special = any(_is_special(old) or _is_special(new) for old, new in changed.values())
    python = {path: new for path, (_, new) in changed.items() if path.endswith(".py")}
    moved = any((old is None) != (new is None) for path, (old, new) in changed.items() if path.endswith(".py"))
    if special or before.linked.files or (moved and before.consulted is None):
        return survey(tree, index, before.roots)
    places = before.named()
    stale = set(python)
    if moved:
        there = dict.fromkeys(before.out) | {path: None for path, new in python.items() if new is not None}
        places = Places.of([path for path in there if python.get(path, path) is not None], before.roots)
        if places.modules.roots != before.modules.roots:
            return survey(tree, index, before.roots)
        stale |= _asking(before, places)
    return _patched(before, tree, places, _read(tree, index, places, {path for path in stale if path in tree}), stale)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found in some files of a tree."""

    out: dict[str, tuple[Arrow, ...]]
    consulted: dict[str, frozenset[str]]
    blind: dict[str, tuple[int, ...]]
    scanned: frozenset[str]
    passing: frozenset[str]


def _read(tree: Tree, index: Index, places: Places, paths: Iterable[str]) -> _Reading:
    resolver = Resolver(places.modules, lambda _: _OPEN)
    found = _Reading({}, {}, {}, frozenset(), frozenset())
    scanned, passing = set(), set()
    for path in sorted(paths):
        data = tree.read(path)
        record = index.record(bytes.fromhex(tree.entries[path].oid))
        more = dynamic(data) if mentions_one(data) else None
        links = decode_links(record)
        if may_pass_on(links):
            passing.add(path)
        arrows = arrows_of(path, links, more.imports if more else (), places, resolver)
        found.out[path] = arrows.arrows
        found.consulted[path] = arrows.consulted
        if more and more.blind:
            found.blind[path] = more.blind
        if not decode_parses(record):
            scanned.add(path)
    return replace(found, scanned=frozenset(scanned), passing=frozenset(passing))


def _patched(before: Atlas, tree: Tree, places: Places, found: _Reading, stale: set[str]) -> Atlas:
    out, into, blind = dict(before.out), dict(before.into), dict(before.blind)
    consulted = None if before.consulted is None else dict(before.consulted)
    for path in stale:
        old, new = out.pop(path, ()), found.out.get(path)
        if new is not None:
            out[path] = new
        gone = {arrow.target for arrow in old} - {arrow.target for arrow in new or ()}
        for target in gone:
            into[target] = into[target] - {path}
        for arrow in new or ():
            into[arrow.target] = into.get(arrow.target, frozenset()) | {path}
        blind.pop(path, None)
        if consulted is not None:
            consulted.pop(path, None)
    blind.update(found.blind)
    if consulted is not None:
        consulted.update(found.consulted)
    return replace(
        before,
        tree=tree,
        named=lambda: places,
        out=out,
        into=into,
        scanned=(before.scanned - stale) | found.scanned,
        blind=blind,
        passing=(before.passing - stale) | found.passing,
        consulted=consulted,
    )


def inverted(out: Mapping[str, tuple[Arrow, ...]]) -> dict[str, frozenset[str]]:
    """Target to the paths that point at it."""
    into: dict[str, set[str]] = {}
    for path, arrows in out.items():
        for arrow in arrows:
            into.setdefault(arrow.target, set()).add(path)
    return {target: frozenset(paths) for target, paths in into.items()}


def _calling(tree: Tree, index: Index, links: Mapping[str, Links]) -> set[str]:
    """The files that may import by call. An index that does not know the tree would read every blob for each name."""
    if index.knows(tree):
        return {path for name in FUNCTIONS for path in index.mentions(tree, name) if path in links}
    blob = tree.repository.blob
    return {path for path, oid in index.files(tree).items() if path in links and mentions_one(blob(oid.hex()))}


def _named(links: Mapping[str, Links], ways: Linked) -> Iterator[tuple[str, str]]:
    """Every path that a Python file has, with the path of the file itself."""
    yield from ((path, path) for path in links)
    yield from ((path, real) for path, real in ways.files.items() if path not in links and real in links)


def _with_link(arrows: tuple[Arrow, ...], path: str, real: str) -> tuple[Arrow, ...]:
    return arrows if path == real else (*arrows, Arrow(real, 0, "link"))


def may_pass_on(links: Links) -> bool:
    """Whether every name that a module binds comes from an import, or it is a shim that a move left."""
    if EXPIRY_NAME in links.bound:
        return True
    imported = {alias or name for one in links.imports for name, alias in one.names or ()}
    imported |= {one.alias or one.module.partition(".")[0] for one in links.imports if one.names is None}
    return bool(links.imports) and not links.bound - imported - _OWN


def _is_special(entry: Entry | None) -> bool:
    return entry is not None and entry.mode in (MODE_SYMLINK, MODE_SUBMODULE)


def _asking(before: Atlas, places: Places) -> set[str]:
    """The files whose imports asked for a name that means another file now, or for a path that came or went."""
    old, new = before.modules.by_name, places.modules.by_name
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    names |= before.modules.packages ^ places.modules.packages
    names |= set(before.out) ^ set(places.paths)
    if before.named().tops != places.tops:
        names |= before.named().tops ^ places.tops
    asked = before.consulted or {}
    return {path for path, consulted in asked.items() if not names.isdisjoint(consulted)}
