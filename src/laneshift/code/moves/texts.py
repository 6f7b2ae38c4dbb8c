"""Names and paths of a module in text: strings, comments, documentation, configuration.

A dotted name is rewritten wherever it stands as a whole: not inside a longer name, an address or a file path, nor in
the id of a contract, `name@v1`, which people gave and which stays when its module moves. A name of one part says too
little, so it counts only where the text shows what it is: `-m name`, `name:attribute`, or `name.attribute` with an
attribute that the module defines. As a regular expression spells a name, with a backslash or two before each dot, it
is as certain as without; so it is as documentation spells it, with a backslash before each underscore.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imports import import_spans
from laneshift.code.moves.spans import Span
from laneshift.code.moves.statements import Statement, parse_at
from laneshift.repo.late_patterns import late

NO_ID = rb"(?![A-Za-z0-9_.-]{0,200}@v[1-9])"
"""Behind a name that does not begin the id of a contract, as a pattern."""
_BEFORE = (
    rb"(?:(?<![A-Za-z0-9_.\\/\x80-\xff])(?<![A-Za-z0-9_]-)(?<![A-Za-z0-9_]@)"
    rb"|(?<=[^\\]\\[abfnrtv])|(?<=[\s\"'\[]-m)|(?<=\bext://)|(?<=^\[mypy-))"
)
_AFTER = rb"(?![A-Za-z0-9_/\x80-\xff])(?!@[A-Za-z0-9_])(?!\.pyi?(?![A-Za-z0-9_]))" + NO_ID
_CLEAN_END = re.compile(rb"[ \t]*(?:[\r\n\"'`;#<|)]|\\n|\\r|\Z)")
_FROM = late(rb"from(?=[ \t]+[A-Za-z0-9_.\x80-\xff]+[ \t]+c?import\b)")
_BEFORE_FROM = re.compile(rb"(?<![A-Za-z0-9_.])|(?<=[^\\]\\[nrt])")
_ATTRIBUTE = late(rb"[.:]([A-Za-z_][A-Za-z0-9_]*)")
_FILE_SUFFIXES = frozenset(
    ["json", "yaml", "yml", "toml", "md", "txt", "html", "xml", "csv", "ini", "cfg", "sh", "js", "css", "log", "conf"]
)


class Texts:
    """The patterns of one move, compiled once and used on every file that mentions it."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def spans(
        self, data: bytes, start: int = 0, end: int | None = None, *, inside: Callable[[int], object] = lambda _: True
    ) -> list[Span]:
        """The edits for the text between `start` and `end`. Imports count only where they begin `inside`."""
        stop = len(data) if end is None else end
        spans = list(self._imports(data, start, stop, inside))
        covered = [(span.start, span.end) for span in spans]
        names = self._names(data, start, stop)
        return spans + [span for span in names if not any(first <= span.start < last for first, last in covered)]

    def ambiguous(self, data: bytes) -> list[int]:
        """Offsets where the name could as well be that of a file, such as `labs.json`."""
        if not self._looks_like_file:
            return []
        return [at for at in self._found(data, 0, len(data)) if not self._goes_on(data, at)]

    def left(self, data: bytes) -> list[int]:
        """Offsets of names with escaped underscores that stay, since the new name has none to tell them by."""
        return [] if "_" in self.frame.new else [at for at, _ in self._spellings(data, 0, len(data))]

    def _names(self, data: bytes, start: int, stop: int) -> Iterator[Span]:
        new = self.frame.new.encode("utf-8", "surrogateescape")
        for at in self._found(data, start, stop):
            if not (self._looks_like_file or self._is_word) or self._goes_on(data, at):
                yield Span(at, at + len(self._old), new, "text")
        if not self._is_word and data.find(self._escaped_end, start, stop) >= 0:
            yield from self._escaped_names(data, start, stop)
        if self._spelled is not None and b"_" in new:
            spelled = new.replace(b"_", rb"\_")
            yield from (Span(at, end, spelled, "text") for at, end in self._spellings(data, start, stop))

    def _spellings(self, data: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Where the name stands with each underscore escaped, as in the headings that sphinx-apidoc writes."""
        if self._spelled is not None and data.find(rb"\_", start, stop) >= 0:
            yield from (found.span() for found in self._spelled.finditer(data, start, stop))

    def _escaped_names(self, data: bytes, start: int, stop: int) -> Iterator[Span]:
        new = self.frame.new.encode("utf-8", "surrogateescape")
        for found in self._escaped.finditer(data, start, stop):
            yield Span(found.start(), found.end(), new.replace(b".", found.group(1) + b"."), "text")

    def _found(self, data: bytes, start: int, stop: int) -> Iterator[int]:
        """Where the name stands as a whole. The plain search first: patterns are slow where there is nothing."""
        at = data.find(self._old, start, stop)
        while at >= 0:
            if self._whole.match(data, at):
                yield at
            at = data.find(self._old, at + 1, stop)

    def _goes_on(self, data: bytes, at: int) -> bool:
        """Whether what follows shows that a module is meant, where the name alone could be something else."""
        if self._is_word and data.endswith((b"-m ", b"\n[mypy-"), 0, at):
            return True
        found = _ATTRIBUTE.match(data, at + len(self._old))
        if found is None:
            return False
        return not self._is_word or found.group(1).decode("utf-8", "replace") in self.frame.defined

    def _imports(self, data: bytes, start: int, stop: int, inside: Callable[[int], object]) -> Iterator[Span]:
        if not self.frame.old_parent:
            return
        last = self.frame.old.rpartition(".")[2]
        heads = (_quoted(data, found.start(), stop) for found in self._from_parent.finditer(data, start, stop))
        if not any(_names_it(each, self.frame.old_parent, last) for each in heads if each is not None):
            return
        places = (found.start() for found in _FROM.finditer(data, start, stop))
        found = (_quoted(data, at, stop) for at in places if inside(at))
        statements = [each for each in found if each is not None]
        for span in import_spans(data, statements, self.frame, single_line=True):
            yield Span(span.start, span.end, span.text, "text-import")

    @cached_property
    def _looks_like_file(self) -> bool:
        return self.frame.old.count(".") == 1 and self.frame.old.rpartition(".")[2] in _FILE_SUFFIXES

    @cached_property
    def _is_word(self) -> bool:
        return "." not in self.frame.old

    @cached_property
    def _old(self) -> bytes:
        return self.frame.old.encode("utf-8", "surrogateescape")

    @cached_property
    def _whole(self) -> re.Pattern[bytes]:
        return re.compile(_BEFORE + re.escape(self._old) + _AFTER, re.MULTILINE)

    @cached_property
    def _escaped_end(self) -> bytes:
        return rb"\." + self._old.rpartition(b".")[2]

    @cached_property
    def _escaped(self) -> re.Pattern[bytes]:
        first, *rest = map(re.escape, self._old.split(b"."))
        return re.compile(_BEFORE + first + rb"(?=(\\{1,2}))" + b"".join(rb"\1\." + each for each in rest) + _AFTER)

    @cached_property
    def _spelled(self) -> re.Pattern[bytes] | None:
        if b"_" not in self._old or self._is_word or self._looks_like_file:
            return None
        return re.compile(_BEFORE + re.escape(self._old.replace(b"_", rb"\_")) + rb"(?!\\_)" + _AFTER, re.MULTILINE)

    @cached_property
    def _from_parent(self) -> re.Pattern[bytes]:
        return re.compile(rb"from[ \t]+" + _escaped(self.frame.old_parent) + rb"[ \t]+c?import\b")


def _escaped(name: str) -> bytes:
    return re.escape(name.encode("utf-8", "surrogateescape"))


def _quoted(data: bytes, at: int, stop: int) -> Statement | None:
    """The `from` import at `at`, where nothing before or after it says that it is none."""
    # As a part of the pattern that finds it, what stands before would make the search slow.
    statement = parse_at(data, at) if _BEFORE_FROM.match(data, at) else None
    ends = statement is not None and statement.end <= stop and _CLEAN_END.match(data, statement.end)
    return statement if ends else None


def _names_it(statement: Statement, parent: str, last: str) -> bool:
    return statement.module == parent and any(name.text == last for name in statement.names)
