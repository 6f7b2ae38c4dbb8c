"""What a move cannot know: names put together at run time, data beside the file, pickles. Reported, never edited."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache

from laneshift.code.dotted import parents
from laneshift.code.moves.aliases import through_aliases
from laneshift.code.moves.cycles import coming_first
from laneshift.code.moves.formats import PAGES, is_code, kind_of
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.records import Notice
from laneshift.code.moves.scan import Mentions, Sweep, mentioned
from laneshift.code.moves.site import MARKER_NAME
from laneshift.code.moves.spans import Source, parse, read_source
from laneshift.code.moves.texts import NO_ID, Texts
from laneshift.code.moves.unsure import unsure, wants_tree
from laneshift.code.sought import joined
from laneshift.repo.objects import Tree
from laneshift.repo.plain_records import NamedTuple

_LINE = re.compile(rb"[^\r\n]*")
_DATA = re.compile(rb"\b__file__\b|\b__path__\b|\bimportlib[._]resources\b|\bpkgutil\.get_data\b|\bpkg_resources\b")
_PICKLE = re.compile(rb"\b(?:pickle|cloudpickle|dill|joblib|shelve|marshal)\b")
_JOINED = re.compile(rb"(?:\{[^{}\r\n]*\}|%s)\Z")
_JOINTS = (b"}", b"s")
_QUOTES = (b'"', b"'")
_GOES_ON = re.compile(rb"\.(?:[\"'{]|%s)")
_LONGEST_PIECE = 400
_SHOWN = 120
_SMALL = 256 * 1024


class Watched(NamedTuple):
    """The move to report on. `packages` are the folders above the module by the dotted names that they have before
    the move, `edited` the lines before it, with the paths after it, on which the bare last part was rewritten;
    `detour` is true where attributes do not lead to the new place; `importers` are the Python files that stay and were
    edited, `roots` the source roots before and after."""

    old: str
    new: str
    relocations: Mapping[str, str]
    packages: Mapping[str, str]
    edited: frozenset[tuple[str, int]]
    detour: bool = False
    importers: tuple[str, ...] = ()
    roots: tuple[str, str] = ("", "")


def find_notices(tree: Tree, move: Watched, mentions: Mentions | None) -> tuple[Notice, ...]:
    """Every notice for a move in `tree`, the tree before it."""
    old, new, relocations = move.old, move.new, move.relocations
    watch = _Watch(move, tree.entry)
    found: set[Notice] = set()
    for path, entry, data in mentioned(tree, _words(old, new), mentions, _telling(tree, old, new, mentions)):
        if entry.is_regular:
            found.update(watch.everywhere(path, data))
    for path in relocations:
        moving = tree.entry(path)
        if moving is not None and moving.is_regular and path.endswith(".py"):
            found.update(watch.moved(path, tree.repository.blob(moving.oid)))
    for path, line in (*_leaving(tree, move), *_entering(tree, move)):
        source = read_source(tree.read(path))
        found.add(watch.notice(path, source.data, source.offset(line, 0), "import-cycle"))
    for folder, package in move.packages.items():
        found.update(_tables(tree, watch, folder, package))
    tables = {(each.path, each.line) for each in found if each.kind == "lazy-table"}
    return tuple(sorted(each for each in found if each.kind != "computed-name" or (each.path, each.line) not in tables))


def look_ahead(tree: Tree, old: str, new: str, mentions: Mentions) -> None:
    """Ask `mentions`, which remember what they said, for all that `find_notices` will ask of them."""
    _telling(tree, old, new, mentions)
    for word in _words(old, new):
        mentions(tree, word)


def _words(old: str, new: str) -> list[str]:
    """What stands in every file about which there can be a notice, one of them."""
    return [old.rpartition(".")[2], new.rpartition(".")[2], *joined(old.rpartition(".")[0])]


def _telling(tree: Tree, old: str, new: str, mentions: Mentions | None) -> Callable[[str], bool]:
    """Whether there can be a notice about a path. Outside code only a whole name counts, and so that of its package.

    Names such as `sensor` stand in thousands of translations, which are so not read. An index tells where the
    packages stand; without one the search for it would cost more.
    """
    packages = {name.rpartition(".")[0].rpartition(".")[2] for name in (old, new)}
    if mentions is None or isinstance(mentions, Sweep) or "" in packages:
        return lambda _: True
    named = {path for package in packages for path in mentions(tree, package)}
    return lambda path: path in named or is_code(path)


def _leaving(tree: Tree, move: Watched) -> Iterator[tuple[str, int]]:
    """Path and line in each moving file that can no longer be imported before the package that it leaves."""
    top, above = next(iter(move.packages.items()), ("", ""))
    start = len(top) - len(above)
    folders = {path: path.rpartition("/")[0] for path in move.relocations if path.endswith(".py")}
    moving = {path: folder[start:].replace("/", ".") for path, folder in folders.items()}
    if top:
        yield from coming_first(tree, move.packages, move.old, move.new, moving, lambda data: _parsed_again(data)[1])


def _entering(tree: Tree, move: Watched) -> Iterator[tuple[str, int]]:
    """Path and line of who imports the module and cannot come first any more, for a package above its new place."""
    new_ones = set(parents(move.new)).difference(parents(move.old))
    folders = (f"{root}/{name.replace('.', '/')}".lstrip("/") for root in set(move.roots) for name in new_ones)
    files = (f"{folder}/{MARKER_NAME}" for folder in folders)
    entries = (entry for path in files if (entry := tree.entry(path)) is not None and entry.is_regular)
    if not any(b"import" in tree.repository.blob(entry.oid) for entry in entries):
        return
    # Most moves lead where nothing is imported, and this takes a hundredth of one to load.
    from laneshift.code.moves.entering import Place, fails_first, module_names  # noqa: PLC0415 - as said above

    old, new = Place(move.old, move.roots[0]), Place(move.new, move.roots[1])
    named = {name: path for path in move.importers for name in module_names(path, dict.fromkeys(move.roots))}
    yield from ((named[name], line) for name, line in fails_first(tree, old, new, named))


def _tables(tree: Tree, watch: _Watch, folder: str, package: str) -> Iterator[Notice]:
    """Notices for the file of a package above the module: what it loads when it is asked for."""
    path = f"{folder}/__init__.py".lstrip("/")
    entry, stub = tree.entry(path), tree.entry(f"{path}i")
    if entry is not None and entry.is_regular:
        frame = Frame(watch.old, watch.new, package, package, is_init=True)
        yield from watch.unsure(path, tree.repository.blob(entry.oid), frame, has_stub=stub is not None)


class _Watch:
    """What to look for in the files of one move."""

    def __init__(self, move: Watched, exists: Callable[[str], object]) -> None:
        self.exists = exists
        self.old = move.old
        self.new = move.new
        self.relocations = move.relocations
        self.edited = move.edited
        self.detour = move.detour

    def everywhere(self, path: str, data: bytes) -> Iterator[Notice]:
        """Notices for any file, by the kind of text that it holds."""
        kind = kind_of(path, data)
        if kind in ("python", "notebook", "cython"):
            yield from self._computed(path, data)
            yield from self.unsure(path, data, Frame(self.old, self.new))
            if self._package:
                yield from self._through_aliases(path, data)
            if self.detour:
                yield from self._each(path, data, self._plain_import, "hidden-package")
        elif kind == "binary" and self._old in data:
            yield Notice(path, 0, "binary", self.old)
        elif kind == "unknown" and self._old in data:
            yield from self._each(path, data, self._whole(self.old), "unknown-format")
        if kind not in ("binary", "unknown") and self._new_is_telling and self._new in data:
            yield from self._each(path, data, self._whole(self.new), "already-named")
        if kind == "text":
            texts = Texts(Frame(self.old, self.new))
            yield from (self.notice(path, data, at, "ambiguous-text") for at in texts.ambiguous(data))
            yield from (self.notice(path, data, at, "escaped-name") for at in texts.left(data))
            if path.endswith(PAGES) and self._old in data:
                yield from self._pages(path, data, texts)

    def _pages(self, path: str, data: bytes, texts: Texts) -> Iterator[Notice]:
        """Notices for what leads to a page that is named for the module."""
        from laneshift.code.moves.pages import names_page  # noqa: PLC0415 - few moves meet such a file

        for span in texts.spans(data):
            if names_page(data, span.start, path, self.exists):
                yield self.notice(path, data, span.start, "named-page")

    def _computed(self, path: str, data: bytes) -> Iterator[Notice]:
        """Names put together from pieces: `"a.b." + x`, `f"a.b.{x}"`, `"a.b.%s"`, `f"{x}.c"`, `"%s.c"`, `"c"` near `b`.

        Everything begins with a plain search for a name and looks around from there: patterns search far slower.
        """
        for at in _places(data, self._last):
            dot = at - data.startswith(b".", at - 1) if at else at
            joined_before = dot < at and data[dot - 1 : dot] in _JOINTS and self._ending.match(data, at)
            if joined_before and _JOINED.search(data, max(0, dot - _LONGEST_PIECE), dot):
                yield self.notice(path, data, dot, "computed-name")
            if data[dot - 1 : dot] in _QUOTES and self._quoted.match(data, at):
                notice = self.notice(path, data, at, "computed-name")
                if self._near in notice.text and (notice.path, notice.line) not in self.edited:
                    yield notice
        for at in _places(data, self._package) if self._package else ():
            if data[at - 1 : at] in _QUOTES and _GOES_ON.match(data, at + len(self._package)):
                yield self.notice(path, data, at, "computed-name")

    def _through_aliases(self, path: str, data: bytes) -> Iterator[Notice]:
        for at in through_aliases(data, self._package, self._last):
            yield self.notice(path, data, at, "through-alias")

    def unsure(self, path: str, data: bytes, frame: Frame, *, has_stub: bool = False) -> Iterator[Notice]:
        """Notices that need a syntax tree, for a file that has one."""
        if not wants_tree(data, frame):
            return
        source, tree = _parsed_again(data) if len(data) <= _SMALL else _parsed(data)
        for found in unsure(tree, frame, has_stub=has_stub) if tree is not None else ():
            yield self.notice(path, source.data, source.offset(found.line, 0), found.kind)

    def moved(self, path: str, data: bytes) -> Iterator[Notice]:
        """Notices for a file that moves: what depends on where it lies, or on what it is called."""
        yield from self._each(path, data, _DATA, "data-file")
        yield from self._each(path, data, _PICKLE, "pickle")

    def _each(self, path: str, data: bytes, pattern: re.Pattern[bytes], kind: str) -> Iterator[Notice]:
        return (self.notice(path, data, found.start(), kind) for found in pattern.finditer(data))

    def notice(self, path: str, data: bytes, at: int, kind: str) -> Notice:
        """What stands on the line of `at`."""
        start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
        line = _LINE.match(data, start)
        text = line.group().strip()[:_SHOWN].decode("utf-8", "replace") if line else ""
        return Notice(self.relocations.get(path, path), data.count(b"\n", 0, at) + 1, kind, text)

    def _whole(self, name: str) -> re.Pattern[bytes]:
        return _bounded(re.escape(name.encode("utf-8", "surrogateescape")))

    @cached_property
    def _old(self) -> bytes:
        return self.old.encode("utf-8", "surrogateescape")

    @cached_property
    def _new(self) -> bytes:
        return self.new.encode("utf-8", "surrogateescape")

    @cached_property
    def _last(self) -> bytes:
        return self._old.rpartition(b".")[2]

    @cached_property
    def _package(self) -> bytes:
        return self._old.rpartition(b".")[0]

    @cached_property
    def _new_is_telling(self) -> bool:
        return "." in self.new and not self.new.startswith(f"{self.old}.")

    @cached_property
    def _near(self) -> str:
        """The part of the name before the last: where it stands on the line of a bare last part, they may be joined."""
        return self.old.rpartition(".")[0].rpartition(".")[2] or self.old

    @cached_property
    def _quoted(self) -> re.Pattern[bytes]:
        """The last part of the name, or the name of the file, where a literal ends with it."""
        return re.compile(re.escape(self._last) + rb"(?:\.py)?[\"']")

    @cached_property
    def _plain_import(self) -> re.Pattern[bytes]:
        """`import a.b.c`, which goes by attributes; `from` imports do not."""
        before = rb"(?m)^[^#\r\n\"']*\bimport[ \t]+(?:[^#\r\n]*[, \t])?"
        return re.compile(before + re.escape(self._old) + rb"(?![A-Za-z0-9_])")

    @cached_property
    def _ending(self) -> re.Pattern[bytes]:
        """The last part of the name, as a whole."""
        return re.compile(re.escape(self._last) + rb"(?![A-Za-z0-9_])")


def _places(data: bytes, text: bytes) -> Iterator[int]:
    at = data.find(text)
    while at >= 0:
        yield at
        at = data.find(text, at + 1)


def _bounded(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9_.])" + name + rb"(?![A-Za-z0-9_])" + NO_ID)


def _parsed(data: bytes) -> tuple[Source, ast.Module | None]:
    source = read_source(data)
    return source, parse(source)


# The moves of a batch ask about the same few files of one tree, one move after the other.
_parsed_again = lru_cache(maxsize=8)(_parsed)
