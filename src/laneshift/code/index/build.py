"""From blobs to segments, in this process or in several.

Each worker gets its share at the start, writes finished files into the index folder by itself and ends: nothing is
sent back, a worker that dies costs only its share, and one that outlives its parent leaves files that are right.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pygit2

import laneshift
from laneshift.code.facts import encode, extract
from laneshift.code.facts.extract import too_large
from laneshift.code.index import records
from laneshift.code.index.folder import IndexFolder
from laneshift.code.index.words import LARGEST, MOST_BLOBS, Coverage, WordsWriter, runs
from laneshift.errors import Refused

FACTS, WORDS, TREES = "facts", "words", "trees"
PARALLEL_FROM = 400
_FORMAT = 3
_FACTS_AT_ONCE = 4_000
_POSTINGS_AT_ONCE = 1_500_000
_log = logging.getLogger("laneshift.index")


class Job(NamedTuple):
    """One blob to index, and for what."""

    oid: bytes
    facts: bool
    words: bool


class Segment(NamedTuple):
    """A finished part: its kind, its sections, and its file name where it could be written."""

    kind: str
    sections: list[bytes]
    name: str | None


def folder_of(state_dir: Path, kind: str) -> IndexFolder:
    """The index folder of one kind, under the key of this format, this tool and this Python."""
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor} {sys.byteorder}"
    key = f"{kind} format {_FORMAT}, laneshift {laneshift.__version__}, {python}"
    return IndexFolder(state_dir / "index", kind, key.encode())


def read_blob(odb: pygit2.Odb, oid: bytes, largest: int = LARGEST) -> bytes | None:
    """The bytes of a blob; None when there are more than `largest`. Raises `Refused` when it is missing."""
    try:
        _, size = odb.read_header(oid.hex())
        return odb.read(oid.hex())[1] if size <= largest else None
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise Refused(
            "index.missing-object",
            f"blob {oid.hex()} cannot be read",
            where="object database",
            why=str(error),
            cure="run `git fsck`; fetch what a partial clone left out",
        ) from error


def record_of(data: bytes | None) -> bytes:
    """The encoded facts of one Python file; `data` is None when it is too large to be read."""
    return encode(too_large() if data is None else extract(data))


def build(odb: pygit2.Odb, jobs: Sequence[Job], facts: IndexFolder, words: IndexFolder) -> Iterator[Segment]:
    """Index blobs here, one after the other, and write each part as it is full."""
    found: list[tuple[bytes, bytes]] = []
    writer = WordsWriter()
    for job in jobs:
        data = read_blob(odb, job.oid)
        if job.facts:
            found.append((job.oid, record_of(data)))
        if job.words:
            writer.add(job.oid, *((set(), Coverage.NOTHING) if data is None else runs(data)))
        if len(found) >= _FACTS_AT_ONCE:
            yield _finish(facts, records.lay_out(found))
            found = []
        if writer.postings >= _POSTINGS_AT_ONCE or len(writer.oids) == MOST_BLOBS:
            yield _finish(words, writer.sections())
            writer = WordsWriter()
    if found:
        yield _finish(facts, records.lay_out(found))
    if writer.oids:
        yield _finish(words, writer.sections())


def build_in_processes(git_dir: Path, state_dir: Path, jobs: Sequence[Job], processes: int) -> None:
    """Index blobs in `processes` new processes that write into the index folder, and wait for them.

    What they did is found in the folder. A worker that cannot start or dies is told as a warning; its share is then
    still missing there. Like everything that spawns, this imports the caller's main module in each worker.
    """
    context = multiprocessing.get_context("spawn")
    shares = [jobs[at::processes] for at in range(processes)]
    workers = [
        context.Process(target=_work, args=(str(git_dir), str(state_dir), share), name=f"laneshift-index-{at}")
        for at, share in enumerate(shares)
    ]
    started = []
    try:
        for worker in workers:
            worker.start()
            started.append(worker)
    except (OSError, RuntimeError, AssertionError) as error:
        _log.warning("index workers cannot be started here: %s [index.no-workers]", error)
    for worker in started:
        worker.join()
        if worker.exitcode != 0:
            _log.warning("an index worker ended with %s; its share is done here [index.worker]", worker.exitcode)


def _work(git_dir: str, state_dir: str, jobs: Sequence[Job]) -> None:
    # Syntax trees hold no cycles that matter in a process this short, and collecting them costs a third of the time.
    gc.disable()
    odb = pygit2.Repository(git_dir).odb
    for segment in build(odb, jobs, folder_of(Path(state_dir), FACTS), folder_of(Path(state_dir), WORDS)):
        if segment.name is None:
            return


def _finish(folder: IndexFolder, sections: list[bytes]) -> Segment:
    return Segment(folder.kind, sections, folder.add(sections))
