"""Telling harms nobody: what a teller does wrong is said once, and nothing waits for it."""

from __future__ import annotations

import threading
from pathlib import Path

from laneshift.evidence.journal import Journal
from laneshift.evidence.records import Record
from laneshift.telemetry.catalogue import REQUESTS
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.telling import Telling


class Broken:
    """A teller that fails at everything."""

    def hear(self, record: Record, seconds: float) -> None:
        raise ValueError("no ears")

    def observe(self, samples: tuple[Sample, ...]) -> None:
        raise ValueError("no eyes")

    def tick(self) -> None:
        raise ValueError("no clock")

    def close(self) -> None:
        raise ValueError("no end")


class Slow:
    """A teller that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.heard: list[tuple[str, float]] = []

    def hear(self, record: Record, seconds: float) -> None:
        self.go.wait()
        self.heard.append((record.key, seconds))

    def observe(self, samples: tuple[Sample, ...]) -> None:
        self.heard += [(sample.metric.name, sample.value) for sample in samples]

    def tick(self) -> None:
        self.heard.append(("tick", 0.0))

    def close(self) -> None:
        self.heard.append(("close", 0.0))


def journal(path: Path) -> Journal:
    return Journal.open(path / "journal.sqlite", actor="ada")


def test_a_teller_that_fails_is_told_of_once_and_keeps_no_other_from_hearing(tmp_path: Path) -> None:
    said: list[str] = []
    records, slow = journal(tmp_path), Slow()
    slow.go.set()
    telling = Telling(records, said.append)
    telling.join(Broken())
    telling.join(slow)
    for key in ("a", "b"):
        assert records.append(key, "run.started", {}).key == key
    telling.observe((REQUESTS.sample(1, status="2xx"),))
    telling.close()
    assert [key for key, _ in slow.heard] == ["a", "b", "http_requests", "tick", "close"]
    assert said == [f"measurements are not told: ValueError: no {what}" for what in ("ears", "eyes", "clock", "end")]


def test_an_append_does_not_wait_and_a_known_record_is_not_heard_again(tmp_path: Path) -> None:
    records, slow = journal(tmp_path), Slow()
    telling = Telling(records, print)
    telling.join(slow)
    for key in ("a", "a", "b", "a"):
        records.append(key, "run.started", {}, durable=key == "a")
    assert slow.heard == [], "all four appends returned while nobody had heard of one"
    slow.go.set()
    telling.close()
    assert [key for key, _ in slow.heard] == ["a", "b", "tick", "close"]
    assert all(seconds > 0 for key, seconds in slow.heard if len(key) == 1)
    records.append("c", "run.started", {})
    assert len(slow.heard) == 4, "nothing is told after the end"


def test_what_many_requests_measure_is_told_together_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    told: list[tuple[Sample, ...]] = []

    class Counting(Slow):
        def observe(self, samples: tuple[Sample, ...]) -> None:
            told.append(samples)

    telling = Telling(journal(tmp_path), print)
    telling.observe((REQUESTS.sample(1, status="2xx"),))
    telling.join(Counting())
    threads = [
        threading.Thread(target=lambda: [telling.observe((REQUESTS.sample(1, status="2xx"),)) for _ in range(500)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    telling.close()
    assert sum(map(len, told)) == 2000, "what was measured before anybody wanted to know is told to nobody"
    assert len(told) < 1000, "a thread is not woken for each"


def test_two_processes_that_append_one_key_tell_of_it_once(tmp_path: Path) -> None:
    heard: list[str] = []
    mine, other = journal(tmp_path), journal(tmp_path)
    mine.listen(lambda record, _: heard.append("mine"))
    other.listen(lambda record, _: heard.append("other"))
    assert mine.append("a", "run.started", {}).digest == other.append("a", "run.started", {}).digest
    assert heard == ["mine"]
