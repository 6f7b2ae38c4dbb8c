"""Every import of one tree, by path, and of the next tree at the price of what changed.

Where imports lead depends on the files that there are and on the importing file, never on what other files say. So a
change of content costs the changed files; a change of names costs also the files that asked for one of those names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from laneshift.code.facts import Links
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.code.resolve import Resolver
from laneshift.lanes.arrows import Arrow, Arrows, arrows_of
from laneshift.lanes.kept_arrows import Into, KeptArrows, Overlaid
from laneshift.lanes.places import Places
from laneshift.lanes.source import Source
from laneshift.lanes.sources import sources
from laneshift.lanes.symlinks import Linked, linked
from laneshift.repo.differences import differences
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Entry, Tree

_OPEN = Links(is_open=True)


@dataclass(frozen=True)
class Atlas:
    """The imports of one tree.

    `out` maps every Python path (also those behind symlinks) to its arrows, `into` every path to the paths that import
    it. `scanned` are files that do not parse and may hold more imports than were read, `blind` the lines of imports by
    call whose argument cannot be known, `bent` those that change where modules are looked for. `passing` are files that
    may do nothing but pass on what they import. `named` gives the modules and folders. `consulted`, and `said` of every
    file of the tree itself, are None where the atlas was not made by this process.
    """

    tree: Tree
    roots: tuple[str, ...]
    named: Callable[[], Places]
    out: Mapping[str, tuple[Arrow, ...]]
    into: Mapping[str, frozenset[str]]
    scanned: frozenset[str]
    blind: Mapping[str, tuple[int, ...]]
    bent: Mapping[str, tuple[int, ...]]
    passing: frozenset[str]
    linked: Linked
    consulted: Mapping[str, frozenset[str]] | None
    said: Mapping[str, Source] | None

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
    said = sources(tree, index, [path for path in index.files(tree) if path.endswith(".py")])
    ways = linked(tree)
    places = Places.of([*said, *ways.files], chosen)
    resolver = Resolver(places.modules, lambda _: _OPEN)
    out: dict[str, tuple[Arrow, ...]] = {}
    consulted: dict[str, frozenset[str]] = {}
    for path, real in _named(said, ways):
        found = arrows_of(path, said[real].imports, places, resolver)
        out[path] = _with_link(found.arrows, path, real)
        consulted[path] = found.consulted
    return Atlas(
        tree=tree,
        roots=chosen,
        named=lambda: places,
        out=out,
        into=inverted(out),
        scanned=frozenset(path for path, source in said.items() if source.is_scanned),
        blind={path: said[real].blind for path, real in _named(said, ways) if said[real].blind},
        bent={path: said[real].bent for path, real in _named(said, ways) if said[real].bent},
        passing=frozenset(path for path, real in _named(said, ways) if said[real].passes_on),
        linked=ways,
        consulted=consulted,
        said=said,
    )


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
    return _patched(before, tree, index, places, stale)


def _patched(before: Atlas, tree: Tree, index: Index, places: Places, stale: set[str]) -> Atlas:
    resolver = Resolver(places.modules, lambda _: _OPEN)
    said = sources(tree, index, sorted(path for path in stale if path in tree))
    found = {path: arrows_of(path, source.imports, places, resolver) for path, source in said.items()}
    lazy = isinstance(before.out, KeptArrows | Overlaid) and said.keys() == stale <= before.out.keys()
    out, into = (_overlaid if lazy else _rewritten)(before, found, stale)
    consulted = before.consulted
    if consulted is not None:
        left = {path: asked for path, asked in consulted.items() if path not in stale}
        consulted = left | {path: each.consulted for path, each in found.items()}
    blind = {path: lines for path, lines in before.blind.items() if path not in stale}
    bent = {path: lines for path, lines in before.bent.items() if path not in stale}
    return replace(
        before,
        tree=tree,
        named=lambda: places,
        out=out,
        into=into,
        scanned=(before.scanned - stale) | {path for path, source in said.items() if source.is_scanned},
        blind={**blind, **{path: source.blind for path, source in said.items() if source.blind}},
        bent={**bent, **{path: source.bent for path, source in said.items() if source.bent}},
        passing=(before.passing - stale) | {path for path, source in said.items() if source.passes_on},
        consulted=consulted,
        said=None if before.said is None else {path: said.get(path) or before.said[path] for path in out},
    )


_Out = Mapping[str, tuple[Arrow, ...]]
_Into = Mapping[str, frozenset[str]]


def _overlaid(before: Atlas, found: Mapping[str, Arrows], stale: set[str]) -> tuple[_Out, _Into]:
    """What a tree with the same files says, without a look at those that say what they said."""
    out = Overlaid(before.out, {path: found[path].arrows for path in stale})

    def importers(target: str) -> frozenset[str]:
        new = (path for path, arrows in out.over.items() if any(arrow.target == target for arrow in arrows))
        return (before.into.get(target, frozenset()) - stale).union(new)

    return out, Into(importers, lambda: _turned(before, found, stale))


def _rewritten(before: Atlas, found: Mapping[str, Arrows], stale: set[str]) -> tuple[_Out, _Into]:
    out = {path: arrows for path, arrows in before.out.items() if path not in stale}
    return out | {path: each.arrows for path, each in found.items()}, _turned(before, found, stale)


def _turned(before: Atlas, found: Mapping[str, Arrows], stale: set[str]) -> _Into:
    """Who imports each path after files say something else, or nothing any more."""
    into = dict(before.into)
    for path in stale:
        new = {arrow.target for arrow in found[path].arrows} if path in found else set[str]()
        for target in {arrow.target for arrow in before.out.get(path, ())} - new:
            into[target] = into[target] - {path}
        for target in new:
            into[target] = into.get(target, frozenset()) | {path}
    return into


def inverted(out: Mapping[str, tuple[Arrow, ...]]) -> dict[str, frozenset[str]]:
    """Target to the paths that point at it."""
    into: dict[str, set[str]] = {}
    for path, arrows in out.items():
        for arrow in arrows:
            into.setdefault(arrow.target, set()).add(path)
    return {target: frozenset(paths) for target, paths in into.items()}


def _named(said: Mapping[str, Source], ways: Linked) -> Iterator[tuple[str, str]]:
    """Every path that a Python file has, with the path of the file itself."""
    yield from ((path, path) for path in said)
    yield from ((path, real) for path, real in ways.files.items() if path not in said and real in said)


def _with_link(arrows: tuple[Arrow, ...], path: str, real: str) -> tuple[Arrow, ...]:
    return arrows if path == real else (*arrows, Arrow(real, 0, "link"))


def names_differ(path: str, old: Entry | None, new: Entry | None) -> bool:
    """Whether a change may do more than to what one file says: a Python file comes or goes, or a link or a submodule
    is touched."""
    return _is_special(old) or _is_special(new) or (path.endswith(".py") and (old is None or new is None))


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
