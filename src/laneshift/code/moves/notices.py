"""What a move cannot know: names put together at run time, data beside the file, pickles. Reported, never edited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from laneshift.code.moves.formats import kind_of
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.records import Notice
from laneshift.code.moves.scan import Mentions, mentioned
from laneshift.code.moves.texts import Texts
from laneshift.repo.objects import Tree

_LINE = re.compile(rb"[^\r\n]*")
_DATA = re.compile(rb"\b__file__\b|\b__path__\b|\bimportlib[._]resources\b|\bpkgutil\.get_data\b|\bpkg_resources\b")
_PICKLE = re.compile(rb"\b(?:pickle|cloudpickle|dill|joblib|shelve|marshal)\b")
_SHOWN = 120


def find_notices(
    tree: Tree, old: str, new: str, relocations: Mapping[str, str], mentions: Mentions | None
) -> tuple[Notice, ...]:
    """Every notice for the move of module `old` to `new` in `tree`, the tree before the move."""
    watch = _Watch(old, new, relocations)
    found: set[Notice] = set()
    words = {old.rpartition(".")[2], new.rpartition(".")[2], *old.rpartition(".")[0].rpartition(".")[2:]} - {""}
    for word in sorted(words):
        for path, entry, data in mentioned(tree, word, mentions):
            if entry.is_regular:
                found.update(watch.everywhere(path, data))
    for path in relocations:
        moving = tree.entry(path)
        if moving is not None and moving.is_regular and path.endswith(".py"):
            found.update(watch.moved(path, tree.repository.blob(moving.oid)))
    return tuple(sorted(found))


@dataclass(frozen=True)
class _Watch:
    """What to look for in the files of one move."""

    old: str
    new: str
    relocations: Mapping[str, str]

    def everywhere(self, path: str, data: bytes) -> Iterator[Notice]:
        """Notices for any file, by the kind of text that it holds."""
        kind = kind_of(path, data)
        if kind in ("python", "notebook", "cython"):
            yield from self._each(path, data, self._pieces, "computed-name")
            yield from (
                each for each in self._each(path, data, self._words, "computed-name") if self._near in each.text
            )
        elif kind == "binary" and self.old.encode("utf-8", "surrogateescape") in data:
            yield Notice(path, 0, "binary", self.old)
        elif kind == "unknown":
            yield from self._each(path, data, self._whole(self.old), "unknown-format")
        if kind not in ("binary", "unknown") and "." in self.new and not self.new.startswith(f"{self.old}."):
            yield from self._each(path, data, self._whole(self.new), "already-named")
        if kind == "text":
            texts = Texts(Frame(self.old, self.new))
            yield from (self._notice(path, data, at, "ambiguous-text") for at in texts.ambiguous(data))

    def moved(self, path: str, data: bytes) -> Iterator[Notice]:
        """Notices for a file that moves: what depends on where it lies, or on what it is called."""
        yield from self._each(path, data, _DATA, "data-file")
        yield from self._each(path, data, _PICKLE, "pickle")

    def _each(self, path: str, data: bytes, pattern: re.Pattern[bytes], kind: str) -> Iterator[Notice]:
        return (self._notice(path, data, found.start(), kind) for found in pattern.finditer(data))

    def _notice(self, path: str, data: bytes, at: int, kind: str) -> Notice:
        start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
        line = _LINE.match(data, start)
        text = line.group().strip()[:_SHOWN].decode("utf-8", "replace") if line else ""
        return Notice(self.relocations.get(path, path), data.count(b"\n", 0, at) + 1, kind, text)

    def _whole(self, name: str) -> re.Pattern[bytes]:
        return _bounded(re.escape(name.encode("utf-8", "surrogateescape")))

    @cached_property
    def _near(self) -> str:
        """The part of the name before the last: where it stands on the line of a bare last part, they may be joined."""
        return self.old.rpartition(".")[0].rpartition(".")[2] or self.old

    @cached_property
    def _words(self) -> re.Pattern[bytes]:
        """The last part of the name, or the name of the file, as a literal of its own."""
        last = re.escape(self.old.rpartition(".")[2].encode("utf-8", "surrogateescape"))
        return re.compile(rb"[\"']\.?" + last + rb"(?:\.py)?[\"']")

    @cached_property
    def _pieces(self) -> re.Pattern[bytes]:
        """`"a.b." + x`, `f"a.b.{x}"`, `"a.b.%s"`, `f"{x}.c"`, `"%s.c"`."""
        package, _, last = self.old.rpartition(".")
        name = re.escape(last.encode("utf-8", "surrogateescape")) + rb"(?![A-Za-z0-9_])"
        pieces = [rb"\{[^{}\r\n]*\}\." + name, rb"%s\." + name]
        if package:
            parent = re.escape(package.encode("utf-8", "surrogateescape"))
            pieces.append(rb"[\"']" + parent + rb"\.(?:[\"'{]|%s)")
        return re.compile(rb"|".join(pieces))


def _bounded(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9_.])" + name + rb"(?![A-Za-z0-9_])")
