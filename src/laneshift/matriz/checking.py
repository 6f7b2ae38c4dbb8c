"""Whether the names in a text are there: in the tree, among the names that the question itself gave, or in records."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from laneshift.matriz.knowledge import Knowledge
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.records import Meaning, Rest

_SPAN = re.compile(r"``\s(.+?)\s``|`([^`\n]+)`")
_NAME = re.compile(
    r"(?<![\w@])(?:\.?[\w\-]+(?:/[\w.\-]+)+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:::[\w\[\]:.\-]+)?(?::\d+)?"
)
_WORD = re.compile(r"[\w.\-/:\[\]@#]+\Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]+\Z")
_OF_RECORDS = frozenset({Topic.FAILURE, Topic.STATUS, Topic.TOUCHING})


class Checker:
    """Looks names up on behalf of one question."""

    def __init__(self, knows: Knowledge, meaning: Meaning) -> None:
        self._knows = knows
        self._ground = knows.ground()
        self._meaning = meaning

    def invented(self, text: str) -> tuple[str, ...]:
        """The names in a text that are nowhere, in the order in which they stand there."""
        return tuple(name for name in dict.fromkeys(names_in(text)) if not self._is_there(name))

    def exists(self, rest: Rest) -> bool:
        """Whether a source is there: its path in the tree or the records, and its line in the file."""
        if not rest.path:
            return True
        if rest.path in self._ground.names.folders:
            return rest.line is None
        if rest.path not in self._ground.tree:
            return rest.path in self._recorded
        if not self._ground.tree.entries[rest.path].is_regular:
            return rest.line is None
        return rest.line is None or 1 <= rest.line <= self._ground.lines(rest.path) or rest.path in self._recorded

    def _is_there(self, name: str) -> bool:
        path, _, number = name.rpartition(":")
        if path and number.isdecimal():
            return self.exists(Rest(kind="file", path=path, line=int(number))) or name in self._recorded
        ground = self._ground
        return (
            ground.names.has(name)
            or ground.lanes.known(name)
            or self._is_symbol(name)
            or ground.is_outside(name.partition(".")[0])
            or name in self._asked
            or self._is_destination(name)
            or name in self._recorded
        )

    def _is_symbol(self, name: str) -> bool:
        owner, _, last = name.rpartition(".")
        places = self._ground.symbols.get(last, ())
        if not owner:
            return bool(places)
        by_path = self._ground.graph.modules.by_path
        return any(each.name == name or f"{by_path.get(each.path, '')}.{each.name}" == name for each in places)

    def _is_destination(self, name: str) -> bool:
        """Whether it is the place that a move was asked about, the name that a module has there, or a new package."""
        dst = self._meaning.dst
        if not dst:
            return False
        if name == dst or name.startswith(f"{dst}/") or name == self._ground.graph.modules.name_of(dst):
            return True
        return posixpath.basename(name) == "__init__.py" and dst.startswith(f"{posixpath.dirname(name)}/")

    @cached_property
    def _asked(self) -> frozenset[str]:
        meaning = self._meaning
        written = (
            meaning.subject.written,
            meaning.other.written,
            meaning.text if meaning.topic not in _OF_RECORDS else "",
        )
        return frozenset([*written, meaning.lane, *(name for text in written for name in names_in(f"`{text}`"))])

    @cached_property
    def _recorded(self) -> frozenset[str]:
        """The names in the records that the question is about, and those of all batches and items."""
        if self._meaning.topic not in _OF_RECORDS:
            return frozenset()
        found: set[str] = set()
        for batch in self._knows.batches.batches():
            found |= {batch.batch, batch.plan, batch.target}
        for item in self._knows.batches.items(self._meaning.batch):
            found |= {item.id, item.module, item.src, item.dst, item.plan, item.batch, *names_in(item.cause)}
            if self._meaning.topic is Topic.FAILURE and item.id in self._meaning.text.splitlines():
                found |= set(self._of_failure(item.plan, item.id))
        return frozenset(found)

    def _of_failure(self, plan: str, item_id: str) -> Iterator[str]:
        for item in self._knows.batches.items(plan):
            failure = self._knows.batches.failure(item) if item.id == item_id else None
            if failure is not None:
                place = f"{failure.path}:{failure.line}" if failure.line else failure.path
                yield from (failure.path, place, *failure.tests, *(test.partition("::")[0] for test in failure.tests))
                for text in (failure.summary, failure.error, f"`{failure.error}`", *failure.tests):
                    yield from names_in(text)


def names_in(text: str) -> Iterator[str]:
    """Everything in a text that claims to be a path, a place, a module or a name: dotted names and paths wherever they
    stand, and single words in code."""
    spans = [(found.group(1) or found.group(2)).strip() for found in _SPAN.finditer(text)]
    for span in spans:
        if _WORD.match(span):
            if not _DIGEST.match(span) and not span.isdecimal():
                yield span
        else:
            yield from (found.group().rstrip(".") for found in _NAME.finditer(span))
    yield from (found.group().rstrip(".") for found in _NAME.finditer(_SPAN.sub(" ", text)))
