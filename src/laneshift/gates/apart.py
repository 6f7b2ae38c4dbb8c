"""Judging in a process of its own what might never come to an end, and would hold this whole interpreter meanwhile.

A schema of the repository may hold a regular expression that takes years on a few letters. Where all of them plainly
end, documents are judged here; else in a process that is ended when it takes too long.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import pickle
import resource
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from laneshift.gates.known import SHOWN, Known, Unjudged
from laneshift.gates.patterns import expressions, is_plain
from laneshift.repo.objects import Repository, Tree

Look = Callable[[Any], None]
"""Is given every document whose regular expressions will be used, before they are."""
Judge = Callable[[Known, Tree, Look], str]
"""What is wrong with a document; empty when nothing is. A function of a module, so that another process finds it."""

SECONDS = 10.0
_STARTING_SECONDS = 300.0
_PROCESSOR_SECONDS = 120
_LIBRARIES = ("jsonschema", "openapi_spec_validator.shortcuts", "jsonschema_path", "referencing.jsonschema")


class _Doubts:
    """Whether some regular expression may not come to an end."""

    def __init__(self) -> None:
        self.any = False

    def look(self, document: Any) -> None:
        """Stop here where one may not."""
        if not all(map(is_plain, expressions(document))):
            self.any = True
            raise Unjudged("a regular expression of the schema may not come to an end")


def bounded(judge: Judge, known: Known, tree: Tree) -> str:
    """What `judge` says. Raises `Unjudged` as it does, and when regular expressions take longer than `SECONDS`."""
    doubts = _Doubts()
    try:
        told = judge(known, tree, doubts.look)
    except Unjudged:
        if not doubts.any:
            raise
    else:
        if not doubts.any:
            return told
    return _WORKER.judge(judge, known, tree, SECONDS)


class _Worker:
    """One process that judges, started when it is first needed, and again after it had to be ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def judge(self, judge: Judge, known: Known, tree: Tree, seconds: float) -> str:
        with self._lock:
            try:
                pipe = self._pipe or self._started()
                pipe.send((judge, known, str(tree.repository.git_dir), tree.oid))
                if not pipe.poll(seconds):
                    raise TimeoutError(f"its regular expressions take longer than {seconds:.0f} s")
                is_told, text = pipe.recv()
            except (OSError, EOFError, RecursionError, pickle.PicklingError) as error:
                self._end()
                raise Unjudged(f"{known.path} could not be judged: {error or 'the process ended'}"[:SHOWN]) from error
        if not is_told:
            raise Unjudged(text)
        return str(text)

    def _started(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        with theirs:
            self._process = context.Process(target=_serve, args=(theirs,), name="laneshift-schemas", daemon=True)
            self._process.start()
        if not self._pipe.poll(_STARTING_SECONDS) or self._pipe.recv() != "ready":
            raise TimeoutError("the process for it did not start")
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None


def _serve(pipe: Connection) -> None:
    """Answer until nobody asks any more."""
    for name in _LIBRARIES:
        # What is not installed is told by who needs it.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            judge, known, git_dir, oid = pipe.recv()
            _limit()
            pipe.send(_answer(judge, known, Path(git_dir), oid))


def _limit() -> None:
    """Let the kernel end this process if whoever asked has gone and cannot."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(time.process_time()) + _PROCESSOR_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _answer(judge: Judge, known: Known, git_dir: Path, oid: str) -> tuple[bool, str]:
    """Whether it was judged, and what was said, or why not."""
    try:
        return True, judge(known, Tree(Repository.open(git_dir), oid), lambda _: None)
    except Unjudged as reason:
        return False, str(reason)
    except Exception as error:  # noqa: BLE001 - a process of its own reports here and nowhere else
        return False, f"{known.path} could not be judged: {error!r}"[:SHOWN]


_WORKER = _Worker()
