"""Several writers at once, in threads and in processes, and one that is killed on its way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.matriz.memory.database import VectorRows, rows_in_file
from laneshift.matriz.memory.model import Given
from tests.matriz.memory.conftest import indexes_on
from tests.matriz.memory.plain import agree

FULL = os.environ.get("LANESHIFT_CHAOS") == "full"
SOURCES = Path(__file__).parents[3]


def row(number: int) -> tuple[float, ...]:
    return (float(number % 7 + 1), float(number % 11), float(number))


def test_threads_lose_nothing_of_each_other(anywhere: VectorRows) -> None:
    indexes = indexes_on(anywhere)
    indexes.create("crowd", "l2", 3)

    def work(thread: int) -> None:
        for call in range(5):
            own = range(thread * 100 + call * 10, thread * 100 + call * 10 + 10)
            indexes.upsert("crowd", [Given(f"v{number}", row(number), metadata={"by": thread}) for number in own])
            assert indexes.search("crowd", vector=row(own[0]), k=1, filter={"by": thread}).hits[0].id == f"v{own[0]}"
            indexes.delete_vector("crowd", f"v{own[-1]}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    left = {
        f"v{number}": (row(number), {"by": number // 100})
        for number in range(600)
        if number % 100 < 50 and number % 10 != 9
    }
    assert indexes.get("crowd").count == len(left) == 270
    agree(
        indexes.search("crowd", vector=(1.0, 2.0, 300.0), k=300).hits,
        left,
        (1.0, 2.0, 300.0),
        indexes.get("crowd").metric,
        300,
    )


def test_one_id_that_many_put_in_is_there_once(anywhere: VectorRows) -> None:
    indexes = indexes_on(anywhere)
    indexes.create("same", "dot", 3)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda at: indexes.upsert("same", [Given("one", row(at))]), range(16)))
    assert sum(each.inserted for each in done) == 1
    assert (indexes.get("same").count, indexes.get("same").version) == (1, 16)


def test_one_of_many_creates_an_index(anywhere: VectorRows) -> None:
    indexes = indexes_on(anywhere)

    def create(_: int) -> str:
        try:
            indexes.create("wanted", "dot", 3)
        except Refused as error:
            return error.code
        return ""

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(create, range(8))) == ["", *["index.exists"] * 7]


def test_a_deleted_index_leaves_nothing_to_the_next_of_its_name(anywhere: VectorRows) -> None:
    indexes, other = indexes_on(anywhere), indexes_on(anywhere)
    indexes.create("again", "dot", 3)
    indexes.upsert("again", [Given("old", row(1))])
    assert other.search("again", vector=row(1)).hits[0].id == "old"
    indexes.delete("again")
    with pytest.raises(Refused, match="there is no index"):
        other.search("again", vector=row(1))
    indexes.create("again", "l2", 2)
    assert other.search("again", vector=(1.0, 2.0)).hits == ()


def started(file: Path, first: int, calls: int) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tests.matriz.memory.writer", str(file), str(first), str(calls)]
    return subprocess.Popen(program, cwd=SOURCES, stdout=subprocess.PIPE, text=True)


def test_processes_write_beside_each_other(file: Path) -> None:
    indexes = indexes_on(rows_in_file(file))
    indexes.create("shared", "cosine", 3)
    writers = [started(file, first, 3) for first in (0, 10_000)]
    for writer in writers:
        assert writer.communicate(timeout=300)[0].split()[-1] == "done"
    assert indexes.get("shared").count == 600
    assert len(indexes.search("shared", vector=row(1), k=600).hits) == 600
    indexes.close()


@pytest.mark.parametrize("after", range(1, 13 if FULL else 3))
def test_a_writer_that_is_killed_leaves_whole_calls(file: Path, after: int) -> None:
    indexes = indexes_on(rows_in_file(file))
    indexes.create("shared", "cosine", 3)
    writer = started(file, 0, 10_000)
    assert writer.stdout is not None
    told = 0
    # It is somewhere in one of its next calls when it is killed; what it told of before that is kept.
    while told < after:
        told = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    rest = [int(line) for line in writer.stdout if line.endswith("\n")]
    writer.wait(240)
    told = max([told, *rest])
    count = indexes.get("shared").count
    assert count % 100 == 0
    assert told * 100 <= count <= (told + 1) * 100
    hits = indexes.search("shared", vector=row(1), k=1_000).hits
    assert len(hits) == min(count, 1_000)
    indexes.upsert("shared", [Given("after", row(3))])
    assert indexes.get("shared").count == count + 1
    indexes.close()


@pytest.mark.parametrize("name", ["\x00", "\ud800", "Not A Name", "../x", "n" * 5_000])
def test_names_that_nothing_has_are_looked_for_in_no_database(anywhere: VectorRows, name: str) -> None:
    indexes = indexes_on(anywhere)
    indexes.create("there", "dot", 3)
    for ask in (
        lambda: indexes.get(name),
        lambda: indexes.vector("there", name),
        lambda: indexes.delete_vector("there", name),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.code in ("index.unknown", "index.no-vector")
    assert len(indexes.list(after=name)) <= 1
