"""Whether rewritten files parse, found out in a process of its own while this one goes on."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection

from laneshift.code.moves.result import MoveResult, Parsed
from laneshift.code.moves.spans import parses, read_source
from laneshift.repo.objects import Tree

_WORTH_A_PROCESS = 16


def parsed_ahead(result: MoveResult) -> Parsed | None:
    """What `MoveResult.known` takes; None where it is not worth a process, or a fork would not be safe."""
    edited = {result.relocations.get(path, path): path for path in result.unparsed}
    files = {old: result.before.read(old) for new, old in edited.items() if new in result.python}
    if len(files) < _WORTH_A_PROCESS or sys.platform != "linux" or threading.active_count() > 1:
        return None
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_look, args=(there, files), daemon=True)
    process.start()
    there.close()
    return _Answer(here, result.before)


class _Answer:
    """Waits for the other process when it is first asked. Should that have died, nothing is known."""

    def __init__(self, source: Connection, tree: Tree) -> None:
        self._source = source
        self._tree = tree
        self._sound: frozenset[str] | None = None

    def __call__(self, tree: Tree, path: str) -> bool:
        if self._sound is None:
            try:
                self._sound = frozenset(self._source.recv())
            except EOFError:
                self._sound = frozenset()
        return tree == self._tree and path in self._sound


def _look(to: Connection, files: Mapping[str, bytes]) -> None:
    to.send(_sound(files.items()))


def _sound(files: Iterable[tuple[str, bytes]]) -> list[str]:
    return [path for path, data in files if parses(read_source(data))]
