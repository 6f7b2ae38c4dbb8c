"""Running gates: in parallel, remembered by inputs, bounded in time, and never fooled by what a gate gives back."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from laneshift.gates.context import Change, Ports
from laneshift.gates.judging import judged
from laneshift.gates.verdict import Exempt, Status, Verdict, counted, errored, exempt
from laneshift.repo.objects import Repository
from tests.gates.described import change_of, memory, ports_of
from tests.repo.builders import repo_at


class Own:
    """A gate that says what it is told to say."""

    description = "what the test wants"
    cost = 1.0
    runs = 0

    def __init__(self, name: str, says: Callable[[], Any], *, runs_code: bool = False, inputs: Any = None) -> None:
        self.id = name
        self.runs_code = runs_code
        self.asked = 0
        self._says = says
        self._inputs = inputs or {}

    def applies(self, change: Change) -> Exempt | None:
        return None

    def inputs(self, change: Change) -> Mapping[str, Any]:
        return {"after": change.after.oid, **self._inputs}

    def check(self, change: Change, ports: Ports) -> Verdict:
        self.asked += 1
        return self._says()  # type: ignore[no-any-return]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return repo_at(tmp_path / "repo", {"core/a.py": "A = 1\n"})


@pytest.fixture
def change(repository: Repository) -> Change:
    return change_of(repository, {"core/a.py": "A = 2\n"}, "[gates]\nseconds = 1\n")


@pytest.fixture
def ports(repository: Repository) -> Ports:
    return ports_of(repository)


def passes(name: str) -> Callable[[], Verdict]:
    return lambda: counted(name, 3, (), "things")


def test_a_pass_is_remembered_by_its_inputs(change: Change, ports: Ports) -> None:
    gate, (kept, known, evidence) = Own("one", passes("one")), memory()
    first = judged([gate], change, ports, kept)[0]
    again = judged([gate], change, ports, kept)[0]
    assert (first.remembered, again.remembered, gate.asked) == (False, True, 1)
    assert first.inputs == again.inputs
    assert list(known) == [first.inputs]
    assert first.evidence == again.evidence
    assert len(evidence) == 1


def test_other_inputs_are_asked_again(repository: Repository, change: Change, ports: Ports) -> None:
    gate, (kept, known, _) = Own("one", passes("one")), memory()
    judged([gate], change, ports, kept)
    other = change_of(repository, {"core/a.py": "A = 3\n"})
    assert not judged([gate], other, ports, kept)[0].remembered
    assert len(known) == 2


@pytest.mark.parametrize(("runs_code", "asked"), [(False, 1), (True, 2)])
def test_a_failure_is_remembered_only_where_no_code_runs(
    change: Change, ports: Ports, runs_code: bool, asked: int
) -> None:
    gate = Own("one", lambda: counted("one", 2, ("bad",), "things"), runs_code=runs_code)
    kept, _, _ = memory()
    for _ in range(2):
        assert judged([gate], change, ports, kept)[0].status is Status.FAILED
    assert gate.asked == asked


def test_an_error_is_never_remembered(change: Change, ports: Ports) -> None:
    gate, (kept, known, _) = Own("one", lambda: errored("one", "no answer")), memory()
    for _ in range(2):
        assert judged([gate], change, ports, kept)[0].status is Status.ERRORED
    assert (gate.asked, known) == (2, {})


def test_a_memory_that_was_tampered_with_is_asked_again(change: Change, ports: Ports) -> None:
    gate, (kept, known, _) = Own("one", passes("one")), memory()
    digest = judged([gate], change, ports, kept)[0].inputs
    known[digest] = {**known[digest], "denominator": 0}
    assert not judged([gate], change, ports, kept)[0].remembered
    known[digest] = {**known[digest], "gate": "two"}
    assert not judged([gate], change, ports, kept)[0].remembered
    assert gate.asked == 3


def test_whatever_a_gate_raises_is_an_error_of_that_gate(change: Change, ports: Ports) -> None:
    def broken() -> Verdict:
        raise KeyError("x")

    found = judged([Own("bad", broken), Own("good", passes("good"))], change, ports, memory()[0])
    assert [verdict.status for verdict in found] == [Status.ERRORED, Status.PASSED]
    assert "KeyError" in found[0].reason


@pytest.mark.parametrize(
    "says",
    [
        lambda: Verdict("one", Status.PASSED, 0, 0),
        lambda: Verdict("one", Status.PASSED, 0, 4),
        lambda: Verdict("one", Status.PASSED, 5, 4),
        lambda: Verdict("one", Status.NOT_APPLICABLE, reason="it does not feel like it"),
        lambda: Verdict("one", Status.WAIVED, 1, 2, waiver="by myself"),
        lambda: counted("two", 1, (), "things of another gate"),
        lambda: None,
        lambda: "passed",
    ],
)
def test_no_gate_can_give_a_pass_over_nothing(change: Change, ports: Ports, says: Callable[[], Any]) -> None:
    kept, known, _ = memory()
    assert judged([Own("one", says)], change, ports, kept)[0].status is Status.ERRORED
    assert known == {}


def test_a_forged_verdict_is_an_error(change: Change, ports: Ports) -> None:
    def forged() -> Verdict:
        verdict = counted("one", 1, (), "things")
        object.__setattr__(verdict, "denominator", 0)
        return verdict

    assert judged([Own("one", forged)], change, ports, memory()[0])[0].status is Status.ERRORED


@pytest.fixture
def never() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_gate_that_hangs_is_an_error_and_the_others_go_on(
    repository: Repository, ports: Ports, never: threading.Event
) -> None:
    def hang() -> Verdict:
        never.wait()
        return counted("hang", 1, (), "things")

    change = change_of(repository, {"core/a.py": "A = 2\n"}, "[gates]\nseconds = 1\nparallel = 1\n")
    found = judged([Own("hang", hang), Own("after", passes("after"))], change, ports, memory()[0])
    assert [verdict.status for verdict in found] == [Status.ERRORED, Status.PASSED]
    assert found[0].reason == "it did not end within 1 s"


def test_gates_run_side_by_side(repository: Repository, ports: Ports) -> None:
    meeting = threading.Barrier(2, timeout=240)

    def meets(name: str) -> Callable[[], Verdict]:
        def say() -> Verdict:
            meeting.wait()
            return counted(name, 1, (), "things")

        return say

    change = change_of(repository, {"core/a.py": "A = 2\n"})
    found = judged([Own("one", meets("one")), Own("two", meets("two"))], change, ports, memory()[0])
    assert [verdict.status for verdict in found] == [Status.PASSED, Status.PASSED]


def test_a_full_disk_stops_the_run_instead_of_blaming_the_item(change: Change, ports: Ports) -> None:
    def full() -> Verdict:
        raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(OSError, match="no space"):
        judged([Own("one", full)], change, ports, memory()[0])


def test_verdicts_survive_a_round_trip() -> None:
    for verdict in (counted("a", 3, ("x",), "things"), exempt("a", Exempt.NO_APP), errored("a", "why")):
        assert Verdict.from_json(verdict.as_json()) == verdict
