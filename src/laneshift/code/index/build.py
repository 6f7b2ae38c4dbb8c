"""From blobs to segments, in this process or in several.

Each worker takes one batch after the other, writes finished files into the index folder by itself and ends: nothing is
sent back, a worker that dies costs only what it took, and one that outlives its parent leaves files that are right.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from pathlib import Path

from laneshift.code.index import records
from laneshift.code.index.blobs import Blobs, read_blob
from laneshift.code.index.folder import IndexFolder
from laneshift.code.index.jobs import Batch, Job, Segment
from laneshift.code.index.kinds import FACTS, WORDS, folder_of
from laneshift.code.index.making import record_of
from laneshift.code.index.words import MOST_BLOBS, Coverage
from laneshift.code.index.writing import WordsWriter, runs
from laneshift.repo.library import LibraryObjects, handle_of

PARALLEL_FROM = 400
_FACTS_AT_ONCE = 4_000
_POSTINGS_AT_ONCE = 1_500_000
_BATCHES = 500
_TURN = struct.Struct("<I")
_log = logging.getLogger("laneshift.index")


def build(blobs: Blobs, jobs: Iterable[Job], facts: IndexFolder, words: IndexFolder) -> Iterator[Segment]:
    """Index blobs here, one after the other, and write each part as it is full."""
    found: list[tuple[bytes, bytes]] = []
    writer = WordsWriter()
    for job in jobs:
        data = read_blob(blobs, job.oid)
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

    What they did is found in the folder. A worker that cannot start or dies is told as a warning; what it had taken is
    then still missing there. Like everything that spawns, this imports the caller's main module in each worker.
    """
    context = multiprocessing.get_context("spawn")
    size = max(1, len(jobs) // _BATCHES)
    batches = [Batch.of(jobs[at : at + size]) for at in range(0, len(jobs), size)]
    with _turns(context, len(batches)) as turns, ExitStack() as until_they_ended:
        started = []
        try:
            told = until_they_ended.enter_context(_told(batches))
            for at in range(processes):
                arguments = (str(git_dir), str(state_dir), told, turns)
                worker = context.Process(target=_work, args=arguments, name=f"laneshift-index-{at}")
                worker.start()
                started.append(worker)
        except (OSError, RuntimeError, AssertionError) as error:
            _log.warning("index workers cannot be started here: %s [index.no-workers]", error)
        for worker in started:
            worker.join()
            if worker.exitcode != 0:
                _log.warning("an index worker ended with %s; its share is done here [index.worker]", worker.exitcode)


@contextmanager
def _told(batches: Sequence[Batch]) -> Iterator[Connection]:
    """A file that tells workers what there is to do. It has no name, so nothing stays when this process is killed.

    As an argument it would have to fit into a pipe: whoever starts a worker that dies at once waits for ever for it to
    take the rest. Raises `OSError`.
    """
    with tempfile.TemporaryFile() as file:
        pickle.dump(batches, file)
        file.flush()
        # A connection, because that is what multiprocessing hands on to a new process.
        with Connection(os.dup(file.fileno()), writable=False) as handed:
            yield handed


def _batches(told: Connection) -> list[Batch]:
    """What `_told` tells. Its place in the file belongs to all workers, so none of them moves it."""
    number = told.fileno()
    data, wanted = bytearray(), os.fstat(number).st_size
    while more := os.pread(number, wanted - len(data), len(data)):
        data += more
    found: list[Batch] = pickle.loads(data)  # noqa: S301 - our own
    return found


def _turns(context: SpawnContext, count: int) -> Connection:
    """A pipe that holds the numbers from 0 to `count`: whoever is free takes the next, so that all end together."""
    taken, given = context.Pipe(duplex=False)
    with given:
        os.write(given.fileno(), b"".join(map(_TURN.pack, range(count))))
    return taken


def _taken(batches: Sequence[Batch], turns: Connection) -> Iterator[Job]:
    while turn := os.read(turns.fileno(), _TURN.size):
        yield from batches[_TURN.unpack(turn)[0]].jobs()


def _work(git_dir: str, state_dir: str, told: Connection, turns: Connection) -> None:
    # Syntax trees hold no cycles that matter in a process this short, and collecting them costs a third of the time.
    gc.disable()
    blobs = LibraryObjects(handle_of(Path(git_dir)))
    jobs = _taken(_batches(told), turns)
    for segment in build(blobs, jobs, folder_of(Path(state_dir), FACTS), folder_of(Path(state_dir), WORDS)):
        if segment.name is None:
            return


def _finish(folder: IndexFolder, sections: list[bytes]) -> Segment:
    return Segment(folder.kind, sections, folder.add(sections))
