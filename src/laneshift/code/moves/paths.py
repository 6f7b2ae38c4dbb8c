"""Paths of moved files in text: from the root of the repository, below a source root, or relative to the file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property

from laneshift.code.moves.site import Site
from laneshift.code.moves.spans import Span
from laneshift.repo.late_patterns import late

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/"
_TOKEN = frozenset(_LETTERS) | frozenset(range(0x80, 0x100))
_LONGEST = 400
_ENDS = late(rb"(?![A-Za-z0-9_\x80-\xff]|-[A-Za-z0-9]|\.[A-Za-z0-9])")
_ESCAPES = (r"\.", r"\\.")
"""How a regular expression spells the dot of a suffix: as it is, or in a literal that doubles backslashes."""
_ADDRESS = late(rb"/(?:blob|tree|raw|edit|blame)/([^/\s]+)/\Z")
_PINNED = late(rb"(?=[a-f]*[0-9])[0-9a-f]{7,40}\Z|[0-9a-f]{40}\Z|.*[0-9]\.(?:[0-9]|x\b)|v[0-9]+\Z")
"""A commit or a version: there the file stays where it was."""


class Paths:
    """The paths of one move. `alone` is true when no other file of the tree has the moved file's name; `done` where
    the paths in the text are those after the move already."""

    def __init__(self, site: Site, *, alone: bool = False, done: bool = False) -> None:
        self.site = site
        self.alone = alone
        self.done = done

    def spans(self, data: bytes, path: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
        """The edits in the text of the file at `path` between two offsets."""
        stop = len(data) if end is None else end
        for tail in () if self.done else self._tails:
            at = data.find(tail, start, stop)
            while at >= 0:
                span = self._span(data, path, at, at + len(tail))
                if span is not None:
                    yield span
                at = data.find(tail, at + len(tail), stop)

    def _span(self, data: bytes, path: str, at: int, end: int) -> Span | None:
        first = _token_start(data, at)
        token = data[first:end].decode("utf-8", "surrogateescape")
        if not _ENDS.match(data, end):
            return None
        name = next((each for each in self._longest_first if token == each or token.endswith(f"/{each}")), "")
        start = end - len(name.encode("utf-8", "surrogateescape"))
        if name and self._is_rooted(data, first, start):
            bare = "/" not in name and not self._bare(data, end)
            return None if bare else Span(start, end, _encoded(self._renames[name]), "file-path")
        if not token.startswith(("../", "./")) or "//" in token:
            return None
        target = self._full.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), token)))
        if target is None:
            return None
        there = posixpath.relpath(target, posixpath.dirname(self.site.after(path)) or ".")
        return Span(first, end, _encoded(there if there.startswith("../") else f"./{there}"), "file-path")

    def _is_rooted(self, data: bytes, first: int, start: int) -> bool:
        """Whether what stands before the name says that it starts at the root: nothing, `/`, `./`, or an address
        of a branch."""
        prefix = data[first:start]
        if not prefix or prefix == b"/":
            return True
        if prefix == b"./":
            return self.site.is_package or "/" in self.site.intent.src
        found = _ADDRESS.search(data, max(0, start - _LONGEST), start)
        return found is not None and _PINNED.match(found.group(1)) is None

    def _bare(self, data: bytes, end: int) -> bool:
        """Whether a path of one part is meant: a file whose name is unique, or a folder that something follows."""
        return data[end : end + 1] == b"/" if self.site.is_package else self.alone

    @cached_property
    def _full(self) -> Mapping[str, str]:
        src, dst = self.site.intent.src, self.site.intent.dst
        return {src: dst} if self.site.is_package else dict(self.site.relocations)

    @cached_property
    def _renames(self) -> Mapping[str, str]:
        renames = dict(self._full)
        root, new_root = self.site.old_root, self.site.new_root
        if root and not self.site.twins:
            for old, new in self._full.items():
                renames.setdefault(_below(old, root), _below(new, new_root))
        for old, new in list(renames.items()):
            for mark in _ESCAPES:
                renames.setdefault(old.replace(".", mark), new.replace(".", mark))
        return renames

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self._renames, key=len, reverse=True)

    @cached_property
    def _tails(self) -> list[bytes]:
        """What to search for: the last parts of the paths, with a slash where a folder has one before it."""
        if self.site.is_package and "/" in self.site.intent.src:
            return [_encoded("/" + posixpath.basename(self.site.intent.src))]
        names = [_encoded(posixpath.basename(path)) for path in sorted(self._full)]
        dots = (b".", *map(_encoded, _ESCAPES))
        return list(dict.fromkeys(name.replace(b".", dot) for dot in dots for name in names))


def _token_start(data: bytes, at: int) -> int:
    low = max(0, at - _LONGEST)
    first = at
    while first > low and data[first - 1] in _TOKEN:
        first -= 1
    escaped = data[first - 1 : first] == b"\\" and data[first : first + 1] in (b"n", b"r", b"t")
    return first + 1 if escaped and first < at else first


def _below(path: str, root: str) -> str:
    return path[len(root) + 1 :] if root else path


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
