"""The log of decisions: whole across processes and months, and what was done to it shows."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.policies import REPOSITORY, Decision, shipped
from laneshift.server.auth.principal import Principal

JULY, AUGUST = 1_783_000_000, 1_786_000_000
ANN = Principal("person", "ann@example.org", ("reader",), "key:1")


def decided(action: str = "plan.read") -> Decision:
    return shipped().decide(ANN, action, REPOSITORY)


def test_many_write_at_once_and_the_chain_is_whole(tmp_path: Path) -> None:
    logs = [DecisionLog(tmp_path, lambda: JULY) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(lambda at: logs[at % 3].add(decided(), f"r{at}"), range(60)))
    assert sorted(numbers) == list(range(1, 61))
    assert logs[0].check() == []
    assert {each.facts["request"] for each in logs[1].last(100)} == {f"r{at}" for at in range(60)}
    assert [each.seq for each in logs[2].last(2)] == [59, 60]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE decisions SET line = replace(line, 'false', 'true') WHERE seq = 2",
        "DELETE FROM decisions WHERE seq = 2",
        "UPDATE decisions SET seq = 9 WHERE seq = 3",
    ],
)
def test_what_was_done_to_it_shows(tmp_path: Path, harm: str) -> None:
    log = DecisionLog(tmp_path, lambda: JULY)
    for action in ("plan.read", "run.start", "plan.read"):
        log.add(decided(action), "r")
    log.close()
    (path,) = tmp_path.glob("decisions-2026-*.sqlite")
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(harm)
    connection.execute("DROP TRIGGER decisions_stay")
    connection.execute("DROP TRIGGER decisions_do_not_change")
    connection.execute(harm)
    connection.commit()
    connection.close()
    assert log.check()
    log.close()


def test_each_month_has_a_file_of_its_own(tmp_path: Path) -> None:
    times = [JULY]
    log = DecisionLog(tmp_path, lambda: times[-1])
    assert log.add(decided(), "a") == 1
    times.append(AUGUST)
    assert log.add(decided(), "b") == 1
    assert sorted(path.name for path in tmp_path.glob("*.sqlite")) == [
        "decisions-2026-07.sqlite",
        "decisions-2026-08.sqlite",
    ]
    assert [each.facts["request"] for each in log.last(9)] == ["b"]
    log.close()


def test_a_damaged_file_is_told_and_not_made_anew(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path, lambda: JULY)
    log.add(decided(), "a")
    log.close()
    for path in tmp_path.iterdir():
        path.write_bytes(b"x" * 8192)
    with pytest.raises(CheckFailed) as caught:
        log.add(decided(), "b")
    assert caught.value.code == "policy.not-recorded"
