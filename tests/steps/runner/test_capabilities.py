"""What the machine can hold a run to is found by trying."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest

from laneshift.gates.sandbox import Limits, RunResult
from laneshift.steps.runner import capabilities, launch
from tests.steps.runner.conftest import Projects


def test_without_namespaces_the_rest_still_holds(tmp_path: Path) -> None:
    # A folder of this test's own: other tests, and other users, try their machine in /tmp at the same time.
    found = {each.name: each for each in capabilities.capabilities((), everybodys=tmp_path)}
    assert list(found) == [
        "namespaces", "processes", "time", "memory", "network", "loopback", "filesystem", "temporary", "privileges",
    ]  # fmt: skip
    assert found["processes"].holds
    assert found["memory"].holds
    assert found["loopback"].holds
    assert not found["network"].holds
    assert found["network"].why == "a listener outside was reached"
    assert not found["filesystem"].holds
    assert found["time"].holds
    assert not found["namespaces"].holds
    assert not found["temporary"].holds
    assert found["temporary"].why == f"TMPDIR is private, a file written to {tmp_path} was seen by everybody"
    assert not list(tmp_path.iterdir())


def test_what_is_claimed_for_the_machine_is_what_a_run_gets(project: Projects) -> None:
    wanted = project.namespaces
    found = {each.name: each.holds for each in capabilities.capabilities(wanted)}
    done = project({"a": ""}).python("pass")
    assert found["filesystem"] == ("filesystem" in done.protections)
    assert found["network"] == ("network" in done.protections)
    assert found["temporary"] == ("filesystem" in done.protections)
    assert found["namespaces"] == bool(capabilities.namespaces() if wanted is None else wanted)
    assert found["privileges"] == ("no-new-privileges" in done.protections)
    assert all(each.why for each in capabilities.capabilities(wanted))


def test_namespaces_that_do_not_exist_are_not_claimed() -> None:
    everything = capabilities.namespaces()
    assert set(everything) <= {"user", "pid", "net", "mount", "ipc"}
    assert capabilities.namespaces() is everything


def test_sessions_that_ask_at_once_share_one_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[launch.Job] = []
    run, ready = launch.run, Barrier(4)

    def noting(job: launch.Job, limits: Limits) -> RunResult:
        tried.append(job)
        return run(job, limits)

    def ask(_: int) -> tuple[str, ...]:
        ready.wait()
        return capabilities.namespaces()

    monkeypatch.setattr(launch, "run", noting)
    capabilities._found.cache_clear()
    with ThreadPoolExecutor(4) as sessions:
        (found,) = set(sessions.map(ask, range(4)))
    order = list(capabilities._CANDIDATES)
    assert len(tried) == (order.index(found) + 1 if found else len(order))


def test_who_asks_while_it_is_foreseen_gets_the_answer_of_that_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[launch.Job] = []
    run, asked = launch.run, Event()

    def noting(job: launch.Job, limits: Limits) -> RunResult:
        tried.append(job)
        asked.wait(60)
        return run(job, limits)

    monkeypatch.setattr(launch, "run", noting)
    capabilities._found.cache_clear()
    capabilities.foresee()
    with ThreadPoolExecutor(1) as session:
        answer = session.submit(capabilities.namespaces)
        asked.set()
        found = answer.result()
    order = list(capabilities._CANDIDATES)
    assert len(tried) == (order.index(found) + 1 if found else len(order))


def test_what_cannot_be_foreseen_is_told_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_job: launch.Job, _limits: Limits) -> RunResult:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(launch, "run", refused)
    capabilities._found.cache_clear()
    try:
        capabilities.foresee()
        with pytest.raises(BlockingIOError):
            capabilities.namespaces()
    finally:
        capabilities._found.cache_clear()
