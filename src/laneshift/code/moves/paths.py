"""Paths of moved files in text: from the root of the repository, below a source root, or relative to the file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from laneshift.code.moves.site import Site
from laneshift.code.moves.spans import Span

_TOKEN_CHARS = rb"A-Za-z0-9_.\-/\x80-\xff"
_ADDRESS = re.compile(rb"/(?:blob|tree|raw|edit|blame)/[^/\s]+/\Z")


@dataclass(frozen=True)
class Paths:
    """The path patterns of one move. `alone` is true when no other file of the tree has the moved file's name."""

    site: Site
    alone: bool = False

    def spans(self, data: bytes, path: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
        """The edits in the text of the file at `path` between two offsets."""
        for found in self._pattern.finditer(data, start, len(data) if end is None else end):
            span = self._span(data, path, found)
            if span is not None:
                yield span

    def _span(self, data: bytes, path: str, found: re.Match[bytes]) -> Span | None:
        prefix, name = found.group(1), found.group(2).decode("utf-8", "surrogateescape")
        at = found.start(2)
        whole = prefix.decode("utf-8", "surrogateescape") + name
        rooted = prefix == b"/" or (prefix == b"./" and ("/" in name or self.site.is_package))
        if not prefix or rooted or _ADDRESS.search(data, max(0, at - 200), at):
            new = self._renames.get(name)
            bare = "/" not in name
            return (
                None
                if new is None or (bare and not self._bare(data, found))
                else Span(at, found.end(2), new.encode(), "file-path")
            )
        if not self._relative(whole):
            return None
        here = posixpath.dirname(path)
        target = self._full.get(posixpath.normpath(posixpath.join(here, whole)))
        if target is None:
            return None
        there = posixpath.relpath(target, posixpath.dirname(self.site.after(path)) or ".")
        there = there if there.startswith("../") else f"./{there}"
        return Span(found.start(1), found.end(2), there.encode("utf-8", "surrogateescape"), "file-path")

    def _relative(self, whole: str) -> bool:
        return whole.startswith(("../", "./")) and "//" not in whole

    def _bare(self, data: bytes, found: re.Match[bytes]) -> bool:
        """A path of one part: a file whose name is unique, or a folder that something below it follows."""
        if self.site.is_package:
            return data[found.end(2) : found.end(2) + 1] == b"/"
        return self.alone

    @cached_property
    def _full(self) -> Mapping[str, str]:
        src, dst = self.site.intent.src, self.site.intent.dst
        return {src: dst} if self.site.is_package else dict(self.site.relocations)

    @cached_property
    def _renames(self) -> Mapping[str, str]:
        renames = dict(self._full)
        root, new_root = self.site.old_root, self.site.new_root
        if root:
            for old, new in self._full.items():
                below = new[len(root) + 1 :] if new_root == root else new
                renames.setdefault(old[len(root) + 1 :], below)
        return renames

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        names = sorted((re.escape(name.encode("utf-8", "surrogateescape")) for name in self._renames), key=len)
        tails = {posixpath.basename(name) for name in self._full}
        loose = [re.escape(name.encode("utf-8", "surrogateescape")) for name in sorted(tails)]
        either = b"|".join([*reversed(names), *loose])
        before = rb"(?:(?<![" + _TOKEN_CHARS + rb"])|(?<=[^\\]\\[nrt]))"
        address = rb"(?:https?://[^\s/]+/)?"
        after = rb"(?![A-Za-z0-9_\x80-\xff]|-[A-Za-z0-9]|\.[A-Za-z0-9])"
        return re.compile(before + address + rb"(|[" + _TOKEN_CHARS + rb"]*?/)(" + either + rb")" + after)
