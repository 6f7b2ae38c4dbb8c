from __future__ import annotations

import logging
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.evidence.canonical import digest
from laneshift.evidence.results import Results


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "laneshift" / "results.sqlite"


def test_what_is_put_is_got_again_after_reopening(path: Path) -> None:
    results = Results.open(path)
    value = {"passed": 3, "seconds": 1.25, "names": ["ä", "\udcff", None, True]}
    results.put(digest("inputs"), value)
    results.close()
    assert Results.open(path).get(digest("inputs")) == value
    assert results.get(digest("other")) is None
    assert results.rebuilt == ""


def test_the_last_value_wins(path: Path) -> None:
    results = Results.open(path)
    for value in ("first", "second"):
        results.put(digest("inputs"), value)
    assert results.get(digest("inputs")) == "second"


def test_the_oldest_are_dropped_to_stay_within_the_limit(path: Path) -> None:
    results = Results.open(path, limit_bytes=1000)
    for number in range(50):
        results.put(digest(number), "x" * 98)  # 100 bytes of JSON
        kept = [other for other in range(50) if results.get(digest(other)) is not None]
        assert kept == list(range(max(0, number - 9), number + 1))
    results.put(digest("large"), "x" * 2000)
    assert results.get(digest("large")) is None
    assert results.get(digest(49)) is not None
    results.put(digest("whole"), "x" * 998)
    assert results.get(digest("whole")) == "x" * 998
    assert results.get(digest(49)) is None


def test_putting_one_entry_over_and_over_stays_within_the_limit(path: Path) -> None:
    results = Results.open(path, limit_bytes=1000)
    for number in range(100):
        results.put(digest("same"), number)
    results.put(digest("other"), 1)
    assert results.get(digest("same")) == 99
    assert sqlite3.connect(path).execute("SELECT count(*) FROM results").fetchone() == (2,)


@pytest.mark.parametrize("content", [b"", b"x" * 5000, b"\x00" * 8192])
def test_a_ruined_file_is_made_anew_with_a_notice(path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    results = Results.open(path)
    results.put(digest("inputs"), 1)
    results.close()
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        again = Results.open(path)
    assert again.rebuilt
    assert "made anew" in caplog.text
    assert again.get(digest("inputs")) is None
    again.put(digest("inputs"), 2)
    assert Results.open(path).get(digest("inputs")) == 2


def test_a_file_ruined_while_open_is_made_anew(path: Path) -> None:
    results = Results.open(path)
    for number in range(2000):
        results.put(digest(number), "x" * 200)
    results.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    assert [results.get(digest(number)) for number in range(20)] == [None] * 20
    assert results.rebuilt
    results.put(digest(1), "again")
    assert results.get(digest(1)) == "again"


def test_a_file_that_is_taken_away_is_made_anew(path: Path) -> None:
    results = Results.open(path)
    results.close()
    path.unlink()
    results.put(digest(1), "lost")
    assert results.rebuilt
    results.put(digest(1), "kept")
    assert Results.open(path).get(digest(1)) == "kept"


def test_a_file_of_another_version_or_kind_is_made_anew(path: Path) -> None:
    results = Results.open(path)
    results.put(digest(1), "old")
    results.close()
    sqlite3.connect(path).execute("PRAGMA user_version = 99").connection.close()
    again = Results.open(path)
    assert "version" in again.rebuilt
    assert again.get(digest(1)) is None


def test_an_altered_entry_is_forgotten_not_believed(path: Path) -> None:
    results = Results.open(path)
    results.put(digest("red"), {"status": "failed"})
    results.put(digest("green"), {"status": "passed"})
    connection = sqlite3.connect(path, isolation_level=None)
    for change in ('value = \'{"status":"passed"}\'', "value = x'ff'", "value = CAST(x'ff' AS TEXT)", "seal = ''"):
        results.put(digest("red"), {"status": "failed"})
        connection.execute(f"UPDATE results SET {change} WHERE inputs = ?", (digest("red"),))
        assert results.get(digest("red")) is None
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (1,)
    connection.execute("UPDATE results SET inputs = ?", (digest("red"),))
    assert results.get(digest("red")) is None


def test_a_link_in_the_caches_place_is_refused(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused) as caught:
        Results.open(path)
    assert caught.value.code == "evidence.not-a-file"


def test_what_is_no_digest_or_no_json_is_refused(path: Path) -> None:
    results = Results.open(path)
    for call in (lambda: results.get("../x"), lambda: results.put("sha256:x", 1)):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code == "evidence.bad-digest"
    for value in ({1, 2}, float("nan"), b"x"):
        with pytest.raises(Refused) as caught:
            results.put(digest(1), value)
        assert caught.value.code == "evidence.not-json"


def test_threads_and_forked_processes_share_it(path: Path) -> None:
    results = Results.open(path)

    def work(worker: int) -> None:
        for number in range(50):
            results.put(digest(f"{worker}/{number}"), [worker, number])
            results.put(digest("shared"), number)

    children = []
    for worker in (10, 11):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(worker)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    for worker in (0, 1, 2, 3, 10, 11):
        for number in range(50):
            assert results.get(digest(f"{worker}/{number}")) == [worker, number]
    assert results.rebuilt == ""
