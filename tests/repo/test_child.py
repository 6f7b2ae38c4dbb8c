"""Programs beside this process: what they read and answer, how they end, and what they leave open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from laneshift.repo.child import Child

_EVERYTHING = {"PATH": os.environ["PATH"]}
_LONG = 60.0


def _shell(script: str, source: Child | None = None, *, fed: bool = False) -> Child:
    return Child(["sh", "-c", script], _EVERYTHING, source, fed=fed)


def _open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.exists()}


def test_status_and_both_outputs_are_told() -> None:
    assert _shell("echo out; echo err >&2; exit 3").outcome(b"", _LONG) == (3, b"out\n", b"err\n")


def test_it_reads_nothing_where_it_is_not_fed() -> None:
    assert _shell("cat").outcome(b"", _LONG) == (0, b"", b"")


@pytest.mark.parametrize("size", [0, 1, 3_000_000])
def test_what_it_is_fed_goes_through_whatever_its_size(size: int) -> None:
    data = os.urandom(size)
    assert _shell("cat", fed=True).outcome(data, _LONG) == (0, data, b"")


def test_a_reader_that_goes_before_it_has_read_all_is_no_fault() -> None:
    assert _shell("exit 0", fed=True).outcome(bytes(3_000_000), _LONG)[0] == 0


def test_one_reads_what_another_answers() -> None:
    first = _shell("echo a; echo b")
    second = _shell("sort -r", first)
    assert second.outcome(b"", _LONG) == (0, b"b\na\n", b"")
    assert first.outcome(b"", _LONG) == (0, b"", b"")


def test_a_program_that_ends_by_a_signal_says_which() -> None:
    assert _shell("kill -TERM $$").outcome(b"", _LONG)[0] == -15


def test_a_broken_pipe_ends_it_as_it_would_at_a_shell() -> None:
    first = _shell("exec yes")
    assert _shell("head -1", first).outcome(b"", _LONG) == (0, b"y\n", b"")
    assert first.outcome(b"", _LONG)[0] == -13


def test_waiting_is_given_up_and_the_program_then_ended() -> None:
    child = _shell("exec sleep 60")
    with pytest.raises(TimeoutError):
        child.outcome(b"", 0.01)
    child.end()
    assert child.code == -9


def test_one_that_has_closed_its_outputs_is_waited_for_no_longer_than_allowed() -> None:
    child = _shell("exec >&- 2>&-; exec sleep 60")
    with pytest.raises(TimeoutError):
        child.outcome(b"", 0.05)
    child.end()
    assert child.code == -9


def test_nothing_stays_open_whatever_becomes_of_it() -> None:
    before = _open_files()
    _shell("cat", fed=True).outcome(b"a", _LONG)
    first = _shell("echo")
    _shell("exec sleep 60", first).end()
    first.end()
    with pytest.raises(OSError, match="no-such-program"):
        Child(["no-such-program"], _EVERYTHING, fed=True)
    assert _open_files() == before


def test_it_gets_no_file_of_ours() -> None:
    with Path(os.devnull).open("rb") as ours:
        listed = _shell("ls /proc/self/fd").outcome(b"", _LONG)[1].split()
        assert str(ours.fileno()).encode() not in listed


def test_the_variables_are_the_given_ones_alone() -> None:
    told = Child(["env"], {**_EVERYTHING, "ONE": "1"}).outcome(b"", _LONG)[1].split(b"\n")
    assert b"ONE=1" in told
    assert not any(line.startswith(b"HOME=") for line in told)
