"""One move from end to end: resolve it, find the files that name it, rewrite each of them."""

from __future__ import annotations

import os
import posixpath
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pickle import PickleBuffer
from typing import SupportsIndex

from laneshift.code.moves import links, scan
from laneshift.code.moves.fallback import token_spans
from laneshift.code.moves.formats import CYTHON, PAGES, PYTHON, is_never_edited, kind_of
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imported import imported
from laneshift.code.moves.intent import Move
from laneshift.code.moves.parent import Parent, is_detour, parent_of
from laneshift.code.moves.paths import Paths
from laneshift.code.moves.python import Job, light_spans, python_spans
from laneshift.code.moves.records import Edit
from laneshift.code.moves.result import MoveResult
from laneshift.code.moves.rooted import rooted_names
from laneshift.code.moves.site import Site, resolve
from laneshift.code.moves.spans import Source, Span, apply, origin, outside, parse, read_source
from laneshift.code.moves.spread import package_in, spread_packages
from laneshift.code.moves.texts import Texts
from laneshift.code.parsing import PARSING
from laneshift.code.sought import sought
from laneshift.repo.objects import Entry, Tree
from laneshift.repo.plain_records import NamedTuple


def move(
    tree: Tree,
    intent: Move,
    *,
    roots: Sequence[str] = (),
    mentions: scan.Mentions | None = None,
) -> MoveResult:
    """Move a module or a package in `tree`, and rewrite everything that names it.

    Pure: the same tree and intent give the same bytes. `roots` are the source roots, found from the tree when empty.
    `mentions` is an index from words to paths; without it every blob is read. Raises `Refused` with a code `moves.*`
    when the source is missing, the destination is taken, or either cannot be imported.
    """
    with engine(tree, intent, roots, mentions) as of_move:
        return of_move.result(of_move.look_at(of_move.files()))


@contextmanager
def engine(
    tree: Tree, intent: Move, roots: Sequence[str] = (), mentions: scan.Mentions | None = None
) -> Iterator[Engine]:
    """What makes one move, as `move` does, for as long as no other thread parses anything. Raises as `move` does."""
    mentions = mentions or scan.Sweep(sought(intent.src, intent.dst))
    site = resolve(tree, intent, roots, cache(lambda name, inside: imported(tree, name, inside, mentions)))
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield Engine(tree, site, mentions)


class Outcome:
    """What became of some of the files."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.conservative: list[str] = []
        self.unchecked: list[str] = []
        self.python: dict[str, bytes] = {}
        self.other: dict[str, bytes] = {}

    def add(self, more: Outcome) -> None:
        """As if this one had looked at those files, too."""
        self.edits += more.edits
        self.conservative += more.conservative
        self.unchecked += more.unchecked
        self.python |= more.python
        self.other |= more.other

    def by_name(self) -> Outcome:
        """The same with the Python files by their names alone, empty: their bytes are most of what there is."""
        named = Outcome()
        named.add(self)
        named.python = dict.fromkeys(self.python, b"")
        return named

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        """For `pickle`: the bytes of files apart from the rest, so that nobody has to copy them into one piece."""
        told = (self.edits, self.conservative, self.unchecked, list(self.python), list(self.other))
        return _outcome, (*told, *map(PickleBuffer, [*self.python.values(), *self.other.values()]))


def _outcome(
    edits: list[Edit], conservative: list[str], unchecked: list[str], python: list[str], other: list[str], *files: bytes
) -> Outcome:
    """An outcome from its parts, as `pickle` makes it anew."""
    out = Outcome()
    out.edits, out.conservative, out.unchecked = edits, conservative, unchecked
    out.python = dict(zip(python, files[: len(python)], strict=True))
    out.other = dict(zip(other, files[len(python) :], strict=True))
    return out


class _View(NamedTuple):
    """One name that the module has: its own, or one that spells the source root. `word` must stand in a file."""

    frame: Frame
    texts: Texts
    paths: Paths
    word: bytes = b""

    @property
    def is_rooted(self) -> bool:
        """Whether the name spells the source root."""
        return self.word != b""


class Engine:
    """One move in one tree: the files to look at, what becomes of them, and the move that makes."""

    def __init__(self, tree: Tree, site: Site, mentions: scan.Mentions | None) -> None:
        self.tree = tree
        self.site = site
        self.mentions = mentions
        self.parent: Parent = parent_of(tree, site, mentions)
        self.detour = is_detour(tree, site)
        self.spread = spread_packages(tree, site)
        self.views = list(self._views())
        self.always = frozenset(self._always())
        # Nothing that lies elsewhere and does not name the package can mean the module, but for its twins.
        self.package = site.old_name.rpartition(".")[0] if not site.twins else ""
        self.folder = posixpath.dirname(site.intent.src)
        self.out = Outcome()

    def result(self, out: Outcome) -> MoveResult:
        """The move, where `out` is what became of all files."""
        site = self.site
        return MoveResult(
            self.tree,
            site.intent,
            site.old_name,
            site.new_name,
            site.old_root,
            site.new_root,
            self.parent.hides,
            site.twins,
            site.relocations,
            site.markers,
            site.unmarked,
            tuple(sorted(out.edits)),
            tuple(sorted(out.conservative)),
            tuple(sorted(out.unchecked)),
            out.python,
            out.other,
            site.placed,
            self.mentions,
            detour=self.detour,
        )

    def _views(self) -> Iterator[_View]:
        site, parent = self.site, self.parent
        paths = Paths(site, alone=_alone(self.tree, site))
        frame = Frame(site.old_name, site.new_name, "", "", parent.hides, self.detour, parent.keeps, parent.defined)
        yield _View(frame, Texts(frame), paths)
        for old, new in rooted_names(self.tree, site):
            longer = frame._replace(old=old, new=new, defined=frozenset())
            word = f"{old.partition('.')[0]}.".encode()
            yield _View(longer, Texts(longer), Paths(site, alone=paths.alone, done=True), word)

    def look_at(self, files: Iterable[tuple[str, Entry]]) -> Outcome:
        """What becomes of these files."""
        self.out = out = Outcome()
        read = self.tree.repository.blob
        needle = self.site.old_name.rpartition(".")[2].encode("utf-8", "surrogateescape")
        swept = isinstance(self.mentions, scan.Sweep)
        package = self.package.rpartition(".")[2].encode("utf-8", "surrogateescape") if swept else b""
        inside = f"{self.folder}/"
        for path, entry in files:
            if entry.is_regular and is_never_edited(path):
                continue
            data = read(entry.oid, path if entry.is_regular else "")
            named = needle in data and (path.startswith(inside) or package in data)
            if named or path in self.always:
                self._file(path, data) if entry.is_regular else self._link(path, data)
        return out

    def files(self) -> Iterator[tuple[str, Entry]]:
        """At least the files that mention the last part of the name, and those that are looked at in any case."""
        seen: set[str] = set()
        last = self.site.old_name.rpartition(".")[2]
        near = scan.near(self.mentions, self.package, self.folder)
        for path, entry in scan.candidates(self.tree, (last,), near):
            seen.add(path)
            yield path, entry
        for path in self.always:
            moving = self.tree.entry(path)
            if path not in seen and moving is not None:
                yield path, moving

    def _always(self) -> Iterator[str]:
        """Every Python file that moves, and one that must export."""
        for path in dict.fromkeys([*self.site.relocations, self.parent.exporter]):
            moving = self.tree.entry(path) if path else None
            is_code = posixpath.splitext(path)[1] in PYTHON | CYTHON
            if is_code and moving is not None and moving.is_regular:
                yield path

    def _file(self, path: str, data: bytes) -> None:
        kind = kind_of(path, data)
        if kind not in ("python", "cython", "notebook", "text"):
            return
        source = first = read_source(data) if kind in ("python", "cython") else Source(data)
        earlier: list[list[Span]] = []
        for view in self.views:
            if not self._concerns(view, path, source.data):
                continue
            spans = self._spans(path, kind, source, self._job(path, view))
            changed = [span for span in spans if source.data[span.start : span.end] != span.text]
            if changed:
                self._tell(path, source, changed, first, earlier)
                earlier.append(changed)
                source = source.edited(apply(source.data, changed))
        if earlier:
            into = self.out.other if kind == "text" else self.out.python
            into[self.site.after(path)] = source.restore(source.data)

    def _concerns(self, view: _View, path: str, data: bytes) -> bool:
        if view.is_rooted:
            return view.word in data or b"from " + view.word[:-1] in data
        return path in self.site.relocations or not self.site.means_twin(path)

    def _job(self, path: str, view: _View) -> Job:
        before, after = self._packages(path) if not view.is_rooted else ("", "")
        frame = view.frame._replace(
            package_before=before,
            package_after=after,
            moves=path in self.site.relocations,
            is_init=posixpath.basename(path).startswith("__init__."),
            exports=path == self.parent.exporter and not view.is_rooted,
        )
        return Job(path, frame, view.texts, view.paths)

    def _spans(self, path: str, kind: str, source: Source, job: Job) -> list[Span]:
        if kind in ("python", "cython"):
            return self._code(path, source, job, is_python=kind == "python")
        if kind == "notebook":
            from laneshift.code.moves.notebooks import notebook_spans  # noqa: PLC0415 - few moves meet one

            return notebook_spans(source, job)
        spans = job.texts.spans(source.data)
        if spans and path.endswith(PAGES):
            from laneshift.code.moves.pages import names_page  # noqa: PLC0415 - few moves meet such a file

            spans = [span for span in spans if not names_page(source.data, span.start, path, self.tree.entry)]
        return sorted([*spans, *outside(spans, job.paths.spans(source.data, path))])

    def _code(self, path: str, source: Source, job: Job, *, is_python: bool) -> list[Span]:
        spans = light_spans(source, job) if is_python else None
        if spans is not None:
            self.out.unchecked.append(path)
            return spans
        tree = parse(source) if is_python else None
        if tree is None and is_python and path not in self.out.conservative:
            self.out.conservative.append(path)
        return token_spans(source, job) if tree is None else python_spans(source, tree, job)

    def _tell(self, path: str, source: Source, changed: list[Span], first: Source, earlier: list[list[Span]]) -> None:
        """List the edits by their lines in the file as it was before all of them."""
        for span in changed:
            at = span.start
            for spans in reversed(earlier):
                at = origin(at, spans)
            before = source.data[span.start : span.end]
            edit = Edit(self.site.after(path), first.line(at), span.form, _shown(before), _shown(span.text))
            self.out.edits.append(edit)

    def _link(self, path: str, data: bytes) -> None:
        target = os.fsdecode(data)
        new = links.retargeted(path, target, self.site)
        if new is not None and new != target:
            self.out.other[path] = os.fsencode(new)
            self.out.edits.append(Edit(path, 1, "link", target, new))

    def _packages(self, path: str) -> tuple[str, str]:
        site = self.site
        before = after = _package(path, site.old_root)
        if path in site.relocations or site.new_root != site.old_root:
            after = _package(site.after(path), site.new_root)
        if (before and after) or not self.spread or path in site.relocations:
            return before, after
        apart = package_in(self.tree, path, self.spread)
        return before or apart, after or apart


def _alone(tree: Tree, site: Site) -> bool:
    """Whether the name of the moved file, where its path below the root is no more than that, is unique in the tree."""
    below = site.intent.src[len(site.old_root) :].strip("/")
    if site.is_package or "/" in below:
        return False
    return sum(path.rpartition("/")[2] == below for path, _ in tree.below("")) == 1


def _package(path: str, root: str) -> str:
    """The package in which a file lies; empty outside the root, or where a folder has no importable name."""
    folder = posixpath.dirname(path)
    if root and not f"{folder}/".startswith(f"{root}/"):
        return ""
    parts = [part for part in folder[len(root) :].split("/") if part]
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


def _shown(data: bytes) -> str:
    return data.decode("utf-8", "replace")
