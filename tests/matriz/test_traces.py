"""Traces are found at once, on the disk soon, lost without harm, and never hold a secret."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.postgres_results import PostgresResults
from laneshift.evidence.results import Results
from laneshift.matriz import traces as module
from laneshift.matriz.trace import Trace
from laneshift.matriz.traces import Shelf, Traces

from ..evidence.in_database import opened
from .test_trace import traced

Opens = Callable[[], Shelf]


@pytest.fixture(params=["file", "database"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Opens:
    """Opens the same store, as another process would."""
    if request.param == "file":
        return lambda: Results.open(tmp_path / "traces.sqlite", limit_bytes=1 << 20)
    url = request.getfixturevalue("postgres_url")
    return lambda: PostgresResults(replace(opened(url), repository="mono traces"), 1 << 20)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return traced()


def numbered(trace: Trace, number: int) -> Trace:
    return replace(trace, id=f"{number:016x}", seed=number)


def test_what_is_kept_is_there_at_once_and_after_a_restart(opens: Opens, trace: Trace) -> None:
    traces = Traces(opens())
    traces.keep(trace)
    assert traces.get(trace.id) == trace
    assert traces.settle(300)
    assert traces.get(trace.id) == trace
    traces.close()
    again = Traces(opens())
    assert again.get(trace.id) == trace
    again.close()


def test_the_newest_come_first_page_by_page(opens: Opens, trace: Trace) -> None:
    traces = Traces(opens())
    for number in range(5):
        traces.keep(numbered(trace, number))
    assert traces.settle(300)
    first = traces.newest(2)
    assert [found.seed for _, found in first] == [4, 3]
    assert [found.seed for _, found in traces.newest(9, before=first[-1][0])] == [2, 1, 0]
    traces.close()


@pytest.mark.parametrize("run", ["0" * 16, "", "../x", "Ä" * 40])
def test_a_trace_that_is_not_there_is_refused(tmp_path: Path, run: str) -> None:
    traces = Traces(Results.open(tmp_path / "traces.sqlite"))
    with pytest.raises(Refused) as refused:
        traces.get(run)
    assert refused.value.code == "matriz.no-trace"
    traces.close()


def test_the_oldest_go_when_the_store_is_full(tmp_path: Path, trace: Trace) -> None:
    size = len(str(trace.as_json()))
    traces = Traces(Results.open(tmp_path / "traces.sqlite", limit_bytes=4 * size))
    for number in range(50):
        traces.keep(numbered(trace, number))
    assert traces.settle(300)
    kept = [found.seed for _, found in traces.newest(100)]
    assert kept == list(range(49, 49 - len(kept), -1))
    assert 2 <= len(kept) <= 6
    with pytest.raises(Refused):
        traces.get(numbered(trace, 0).id)
    traces.close()


def test_secrets_are_masked_on_the_disk_and_before_it(tmp_path: Path, trace: Trace) -> None:
    secret = "ghp_" + "a1" * 18
    record = replace(trace.records[0], outputs={"text": f"use {secret}"}, reasons=(f"for {secret}",))
    told = replace(trace, records=(record,), why=(f"because {secret}",))
    shelf = Blocked(Results.open(tmp_path / "traces.sqlite"))
    traces = Traces(shelf)
    traces.keep(told)
    early = traces.get(told.id)
    shelf.go.set()
    assert traces.settle(300)
    late = traces.get(told.id)
    traces.close()
    assert early == late
    assert early.why == ("because [redacted]",)
    assert early.records[0].reasons == ("for [redacted]",)
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


class Blocked:
    """A store that takes nothing before it may."""

    def __init__(self, inner: Any) -> None:
        self.go = threading.Event()
        self._inner = inner

    def get(self, key: str) -> Any:
        return self._inner.get(key)

    def newest(self, limit: int, before: int | None = None) -> Any:
        return self._inner.newest(limit, before)

    def put(self, key: str, value: Any) -> None:
        assert self.go.wait(300)
        self._inner.put(key, value)

    def close(self) -> None:
        self._inner.close()


class Failing(Blocked):
    """A store that takes nothing at all."""

    def put(self, key: str, value: Any) -> None:
        raise CheckFailed("test.full", "the disk is full")


def test_a_trace_that_cannot_be_written_is_lost_and_counted(tmp_path: Path, trace: Trace) -> None:
    traces = Traces(Failing(Results.open(tmp_path / "traces.sqlite")))
    for number in range(3):
        traces.keep(numbered(trace, number))
    assert traces.settle(300)
    assert traces.lost == 3
    assert traces.newest(9) == []
    traces.close()


def test_keeping_never_waits_for_the_disk(tmp_path: Path, trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAITING", 3)
    shelf = Blocked(Results.open(tmp_path / "traces.sqlite"))
    traces = Traces(shelf)
    for number in range(10):
        traces.keep(numbered(trace, number))
    lost = traces.lost
    shelf.go.set()
    assert traces.settle(300)
    kept = [found.seed for _, found in traces.newest(10)]
    assert kept[:3] == [9, 8, 7]
    assert len(kept) + lost == 10
    assert lost >= 6
    traces.close()


def test_threads_that_keep_at_once_lose_nothing_and_leave_no_thread(tmp_path: Path, trace: Trace) -> None:
    traces = Traces(Results.open(tmp_path / "traces.sqlite"))

    def keeps(first: int) -> None:
        for number in range(first, 80, 4):
            traces.keep(numbered(trace, number))

    threads = [threading.Thread(target=keeps, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert traces.settle(300)
    assert sorted(found.seed for _, found in traces.newest(100)) == list(range(80))
    assert traces.lost == 0
    traces.close()
    for thread in threading.enumerate():
        if thread.name == "matriz-traces":
            thread.join(300)
            assert not thread.is_alive()
