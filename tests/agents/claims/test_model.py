"""Any sequence of takes, beats, releases and lapses, with a moving clock, against a model that fits on a page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from laneshift.agents.claims.port import Claim
from laneshift.errors import Refused
from tests.agents.claims.stores import KINDS, Store

ITEMS = st.sets(st.sampled_from("xyz"), max_size=2)
FILES = st.sets(st.sampled_from("fgh"), min_size=1, max_size=2)
SECONDS = st.integers(1, 5)
WHO = st.integers(0, 1)
WHICH = st.integers(0, 5)


class Held(NamedTuple):
    """What the model knows of one claim."""

    names: frozenset[tuple[str, str]]
    until: int


def answer(call: Callable[[], Claim]) -> Claim | Refused:
    """What comes of it."""
    try:
        return call()
    except Refused as error:
        return error


class Claiming(RuleBasedStateMachine):
    """Two processes on one place; each run has a repository of its own there."""

    store: ClassVar[Store]

    def __init__(self) -> None:
        super().__init__()
        self.own = Store(self.store.kind, self.store.folder, self.store.url)
        assert self.own.clock is not None
        self.clock = self.own.clock
        self.rows = [self.own.rows(), self.own.rows()]
        self.model: dict[str, Held] = {}
        self.given: list[Claim] = []

    def teardown(self) -> None:
        self.own.close()

    def alive(self) -> dict[str, Held]:
        return {name: held for name, held in self.model.items() if held.until > self.clock.now}

    @rule(who=WHO, items=ITEMS, files=FILES, seconds=SECONDS)
    def take(self, who: int, items: set[str], files: set[str], seconds: int) -> None:
        names = frozenset({("item", each) for each in items} | {("file", each) for each in files})
        in_the_way = {name for name, held in self.alive().items() if held.names & names}
        told = answer(lambda: self.rows[who].take(f"a{who}", "p", "k", items, files, seconds))
        if isinstance(told, Refused):
            assert (told.code, {fault.where for fault in told.faults}) == ("claim.taken", in_the_way)
            assert in_the_way
            return
        assert not in_the_way
        assert told.until == self.clock.now + seconds
        assert all(told.token > each.token for each in self.given)
        self.given.append(told)
        self.model[told.id] = Held(names, told.until)

    @rule(who=WHO, which=WHICH, seconds=SECONDS, late=st.booleans())
    def beat(self, who: int, which: int, seconds: int, late: bool) -> None:
        if not self.given:
            return
        claim = self.given[-1 - which % len(self.given)]
        token = claim.token - 1 if late else claim.token
        told = answer(lambda: self.rows[who].beat(claim.id, token, seconds))
        assert isinstance(told, Claim) is (claim.id in self.alive() and not late)
        if isinstance(told, Claim):
            self.model[claim.id] = self.model[claim.id]._replace(until=told.until)

    @rule(who=WHO, which=WHICH)
    def release(self, who: int, which: int) -> None:
        if self.given:
            claim = self.given[-1 - which % len(self.given)]
            holds = claim.id in self.alive()
            assert self.rows[who].release(claim.id, claim.token, "") is holds
            self.model.pop(claim.id, None)

    @rule(who=WHO)
    def lapse(self, who: int) -> None:
        over = self.model.keys() - self.alive().keys()
        assert {claim.id for claim in self.rows[who].lapse()} <= over
        self.model = self.alive()

    @rule(seconds=st.integers(1, 4))
    def pass_time(self, seconds: int) -> None:
        self.clock.now += seconds

    @invariant()
    def everybody_sees_the_same_and_nothing_twice(self) -> None:
        found = self.rows[0].all()
        assert {claim.id: claim.until for claim in found} == {name: held.until for name, held in self.alive().items()}
        names: list[Any] = [name for claim in found for name in (*claim.items, *claim.files)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", KINDS)
def test_no_sequence_gives_two_owners(kind: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("claims_url") if kind == "database" else ""
    with tempfile.TemporaryDirectory() as folder:
        found = type("Claiming", (Claiming,), {"store": Store(kind, Path(folder), url)})
        few = 8 if kind == "file" else 4
        quick = settings(max_examples=few, stateful_step_count=14, suppress_health_check=list(HealthCheck))
        run_state_machine_as_test(found, settings=quick)
