"""The breaker against a model of it, whatever is done to it and in which order."""

from __future__ import annotations

import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from laneshift.matriz.breaker import Breaker, Permit, Rules, State
from tests.sweeps import swept

RULES = Rules(failures=3, cooldown=5.0, longest=17.0)


class Against(RuleBasedStateMachine):
    """The model: what the breaker has to be, told with lists of what happened."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.time = 100.0
        self.breaker = Breaker(RULES, lambda: self.time)
        self.in_a_row = 0
        self.until: float | None = None
        self.waits = 0
        self.probe: Permit | None = None
        self.valid: set[Permit] = set()
        """Permits whose end still matters."""

    @rule(seconds=st.sampled_from([0.0, 1.0, 4.999, 5.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.time += seconds

    @rule(target=permits)
    def ask(self) -> Permit | None:
        permit = self.breaker.ask()
        may = self.until is None or (self.probe is None and self.time >= self.until)
        assert (permit is not None) == may
        if permit is not None:
            self.valid.add(permit)
            if self.until is not None:
                self.probe = permit
        return permit

    @rule(permit=permits, end=st.sampled_from(["succeeded", "failed", "withdrawn"]))
    def tell(self, permit: Permit | None, end: str) -> None:
        if permit is None:
            return
        getattr(permit, end)()
        if permit not in self.valid:
            return
        self.valid.remove(permit)
        probing = permit is self.probe
        self.probe = None if probing else self.probe
        if end == "succeeded":
            self.in_a_row = self.waits = 0
            if probing:
                self.until, self.valid = None, set()
        elif end == "failed":
            self.in_a_row += 1
            if probing or self.in_a_row == RULES.failures:
                self.until = self.time + min(RULES.cooldown * 2**self.waits, RULES.longest)
                self.waits += 1
                self.in_a_row, self.valid = 0, set()

    @invariant()
    def it_stands_as_it_should(self) -> None:
        if self.until is None:
            wanted, wait = State.CLOSED, 0.0
        else:
            ready = self.probe is not None or self.time >= self.until
            wanted, wait = State.HALF_OPEN if ready else State.OPEN, max(0.0, self.until - self.time)
        assert self.breaker.state is wanted
        assert self.breaker.wait == pytest.approx(wait)


@pytest.mark.chaos
class TestAgainst(Against.TestCase):  # type: ignore[misc]
    settings = settings(max_examples=swept(1000, 150), stateful_step_count=40, derandomize=True, deadline=None)


def opened(failures: int = 1) -> tuple[Breaker, list[float]]:
    time = [0.0]
    breaker = Breaker(Rules(failures=failures, cooldown=2.0, longest=60.0), lambda: time[0])
    for _ in range(failures):
        permit = breaker.ask()
        assert permit is not None
        permit.failed()
    return breaker, time


def test_of_many_threads_one_gets_the_probe() -> None:
    breaker, time = opened()
    time[0] = 2.0
    start, got = threading.Barrier(8), []

    def asks() -> None:
        start.wait()
        got.append(breaker.ask())

    threads = [threading.Thread(target=asks) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert sum(permit is not None for permit in got) == 1


def test_what_was_let_through_before_it_opened_decides_nothing() -> None:
    breaker = Breaker(Rules(failures=2, cooldown=2.0), lambda: 0.0)
    permits = [breaker.ask() for _ in range(4)]
    for permit, well in zip(permits, (False, False, True, False), strict=True):
        assert permit is not None
        (permit.succeeded if well else permit.failed)()
    assert breaker.state is State.OPEN
    assert breaker.wait == 2.0


def test_waits_grow_to_a_limit_however_often_a_probe_fails() -> None:
    breaker, time = opened()
    waits = []
    for _ in range(1200):
        waits.append(breaker.wait)
        time[0] += breaker.wait
        permit = breaker.ask()
        assert permit is not None
        permit.failed()
    assert waits[:7] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert max(waits) == 60.0
