"""Names and paths of a module in text: strings, comments, documentation, configuration.

A dotted name is rewritten wherever it stands as a whole: not inside a longer name, an address or a file path. A name
of one part says too little, so it counts only where the text shows what it is: `-m name`, `name:attribute`, or
`name.attribute` with an attribute that the module defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imports import import_spans
from laneshift.code.moves.spans import Span
from laneshift.code.moves.statements import Statement, parse_at

_BEFORE = (
    rb"(?:(?<![A-Za-z0-9_.\\/\x80-\xff])(?<![A-Za-z0-9_]-)(?<![A-Za-z0-9_]@)"
    rb"|(?<=[^\\]\\[abfnrtv])|(?<=[\s\"'\[]-m)|(?<=\bext://))"
)
_AFTER = rb"(?![A-Za-z0-9_/\x80-\xff])(?!@[A-Za-z0-9_])(?!\.pyi?(?![A-Za-z0-9_]))"
_CLEAN_END = re.compile(rb"[ \t]*(?:[\r\n\"'`;#<|)]|\\n|\\r|\Z)")
_FROM = re.compile(rb"(?:(?<![A-Za-z0-9_.])|(?<=[^\\]\\[nrt]))from[ \t]+[A-Za-z0-9_.\x80-\xff]+[ \t]+c?import\b")
_FILE_SUFFIXES = frozenset(
    ["json", "yaml", "yml", "toml", "md", "txt", "html", "xml", "csv", "ini", "cfg", "sh", "js", "css", "log", "conf"]
)


@dataclass(frozen=True)
class Texts:
    """The patterns of one move, compiled once and used on every file that mentions it."""

    frame: Frame

    def spans(self, data: bytes, start: int = 0, end: int | None = None) -> list[Span]:
        """The edits for the text between `start` and `end`."""
        stop = len(data) if end is None else end
        spans = list(self._imports(data, start, stop))
        covered = [(span.start, span.end) for span in spans]
        names = self._names(data, start, stop)
        return spans + [span for span in names if not any(first <= span.start < last for first, last in covered)]

    def ambiguous(self, data: bytes) -> list[int]:
        """Offsets where the name could as well be that of a file, such as `labs.json`."""
        if not self._looks_like_file:
            return []
        return [found.start() for found in self._dotted.finditer(data)]

    def _names(self, data: bytes, start: int, stop: int) -> Iterator[Span]:
        new = self.frame.new.encode("utf-8", "surrogateescape")
        if "." not in self.frame.old:
            for found in self._single.finditer(data, start, stop):
                attribute = found.group(2)
                if attribute is None or attribute.decode("utf-8", "replace") in self.frame.defined:
                    yield Span(found.start(1), found.end(1), new, "text")
        elif not self._looks_like_file:
            for found in self._dotted.finditer(data, start, stop):
                yield Span(found.start(), found.end(), new, "text")

    def _imports(self, data: bytes, start: int, stop: int) -> Iterator[Span]:
        if not self.frame.old_parent:
            return
        last = self.frame.old.rpartition(".")[2]
        if not self._from_parent.search(data, start, stop):
            return
        statements: list[Statement] = []
        for found in _FROM.finditer(data, start, stop):
            statement = parse_at(data, found.start())
            if statement is not None and statement.end <= stop and _CLEAN_END.match(data, statement.end):
                statements.append(statement)
        if any(_names_it(each, self.frame.old_parent, last) for each in statements):
            for span in import_spans(data, statements, self.frame, single_line=True):
                yield Span(span.start, span.end, span.text, "text-import")

    @cached_property
    def _looks_like_file(self) -> bool:
        return self.frame.old.count(".") == 1 and self.frame.old.rpartition(".")[2] in _FILE_SUFFIXES

    @cached_property
    def _dotted(self) -> re.Pattern[bytes]:
        return re.compile(_BEFORE + _escaped(self.frame.old) + _AFTER)

    @cached_property
    def _from_parent(self) -> re.Pattern[bytes]:
        return re.compile(rb"from[ \t]+" + _escaped(self.frame.old_parent) + rb"[ \t]+c?import\b")

    @cached_property
    def _single(self) -> re.Pattern[bytes]:
        old = _escaped(self.frame.old)
        attribute = rb"(?=[.:]([A-Za-z_][A-Za-z0-9_]*))"
        return re.compile(_BEFORE + rb"(" + old + rb")(?:" + attribute + rb"|(?<=-m " + old + rb"))" + _AFTER)


def _escaped(name: str) -> bytes:
    return re.escape(name.encode("utf-8", "surrogateescape"))


def _names_it(statement: Statement, parent: str, last: str) -> bool:
    return statement.module == parent and any(name.text == last for name in statement.names)
