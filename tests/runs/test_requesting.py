"""Requests for work: one at a time for each plan, none lost, none done twice, whoever dies in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.runs import performing, requesting
from laneshift.runs.holding import holding
from laneshift.runs.plan import Plan
from laneshift.runs.requesting import Request, Verb
from laneshift.runs.working import state_of
from laneshift.runs.workshop import Workshop
from tests.landed import landed
from tests.monorepo import BATCH
from tests.toy import planned, shop_at, toy


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return toy(tmp_path / "repo")


@pytest.fixture
def shop(path: Path) -> Iterator[Workshop]:
    found = shop_at(path)
    yield found
    found.journal.close()


@pytest.fixture
def plan(path: Path) -> Plan:
    return planned(path, BATCH, "core.tsv")


def asked(shop: Workshop, plan: Plan, verb: Verb = "land") -> Request:
    return requesting.ask(shop.journal, plan, verb, {}, "person:ada", "key:1")


def test_of_many_who_ask_at_once_one_is_first(shop: Workshop, plan: Plan) -> None:
    def one(number: int) -> str:
        try:
            made = requesting.ask(shop.journal, plan, "run", {"only": [str(number)]}, f"person:p{number}", "key:1")
        except Refused as error:
            return error.code
        return made.id

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(24)))
    assert answers.count("request.open") == 23
    (found,) = requesting.requests(shop.journal, plan.id)
    assert found.id in answers
    assert found.arguments == {"only": [found.by.removeprefix("person:p")]}


def test_the_next_may_ask_when_the_last_has_ended(shop: Workshop, plan: Plan) -> None:
    first = asked(shop, plan)
    taken = requesting.take(shop.journal, first, "worker:1", {})
    assert taken is not None
    requesting.end(shop.journal, taken, {"result": "nothing"})
    second = asked(shop, plan)
    assert [each.standing for each in requesting.requests(shop.journal, plan.id)] == ["done", "waiting"]
    assert requesting.find(shop.journal, second.id) == second
    assert requesting.find(shop.journal, first.id).outcome == {"result": "nothing"}


@pytest.mark.parametrize("name", ["", "x", "x.y", "core.request-9", "/.request-1", "\u0000.request-1"])
def test_a_request_that_is_not_there_is_told(shop: Workshop, plan: Plan, name: str) -> None:
    with pytest.raises(Refused) as caught:
        requesting.find(shop.journal, name)
    assert caught.value.code == "request.not-found"


def test_what_nobody_works_on_can_be_withdrawn_and_is_not_done(shop: Workshop, plan: Plan) -> None:
    request = asked(shop, plan)
    assert requesting.withdraw(shop.journal, request, "person:ada").standing == "withdrawn"
    assert performing.perform(shop, request, 1)
    assert requesting.find(shop.journal, request.id).standing == "withdrawn"
    assert state_of(shop, plan).land_attempt == 0
    with pytest.raises(Refused) as caught:
        requesting.withdraw(shop.journal, requesting.find(shop.journal, request.id), "person:ada")
    assert caught.value.code == "request.over"


def test_what_a_worker_has_begun_cannot_be_withdrawn(shop: Workshop, plan: Plan) -> None:
    request = asked(shop, plan)
    requesting.take(shop.journal, request, "worker:1", {})
    with pytest.raises(Refused) as caught:
        requesting.withdraw(shop.journal, request, "person:ada")
    assert caught.value.code == "request.at-work"


def test_a_worker_that_died_after_the_work_leaves_only_the_word_to_say(path: Path, shop: Workshop, plan: Plan) -> None:
    landed(path, plan)
    request = asked(shop, plan, "rollback")
    before = performing._attempts(state_of(shop, plan))
    assert requesting.take(shop.journal, request, "worker:1", before) is not None
    performing.roll_back(shop, plan)
    assert requesting.find(shop.journal, request.id).standing == "working"
    assert performing.perform(shop, requesting.find(shop.journal, request.id), 1)
    assert requesting.find(shop.journal, request.id).standing == "done"
    assert state_of(shop, plan).rollback_attempt == 1


def test_what_cannot_be_done_is_told_with_the_codes_of_the_command_line(shop: Workshop, plan: Plan) -> None:
    request = asked(shop, plan, "rollback")
    assert performing.perform(shop, request, 1)
    found = requesting.find(shop.journal, request.id)
    assert found.standing == "failed"
    assert found.error is not None
    assert found.error["code"] == "rollback.not-landed"
    assert found.error["exit_code"] == 2


def test_a_request_waits_while_somebody_else_has_the_turn(shop: Workshop, plan: Plan) -> None:
    request = asked(shop, plan, "rollback")
    begun, over = threading.Event(), threading.Event()

    def other() -> None:
        with holding(shop, "something else"):
            begun.set()
            over.wait(240)

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert begun.wait(240)
        assert not performing.perform(shop, request, 1)
        assert requesting.find(shop.journal, request.id).standing == "waiting"
    finally:
        over.set()
        thread.join()
    assert performing.perform(shop, request, 1)


def test_a_worker_takes_them_in_order_and_stops_when_told(shop: Workshop, path: Path, plan: Plan) -> None:
    other = planned(path, BATCH, "other.tsv")
    asked(shop, plan, "rollback"), asked(shop, other, "rollback")
    stop = threading.Event()
    done: list[int] = []
    worker = threading.Thread(target=lambda: done.append(performing.serve_requests(shop, 1, stop)))
    worker.start()
    while any(each.open for each in requesting.requests(shop.journal)):
        assert worker.is_alive()
    stop.set()
    worker.join(240)
    assert done == [2]
    ended = [record.facts["plan"] for record in shop.journal.records(kind=requesting.ENDED)]
    assert ended == [plan.id, other.id]


def test_a_bug_ends_the_request_and_is_raised(shop: Workshop, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr(performing, "roll_back", broken)
    request = asked(shop, plan, "rollback")
    with pytest.raises(ZeroDivisionError):
        performing.perform(shop, request, 1)
    found = requesting.find(shop.journal, request.id)
    assert found.error is not None
    assert found.error["code"] == "laneshift.bug"


def test_a_damaged_journal_is_not_taken_for_an_empty_one(shop: Workshop, plan: Plan) -> None:
    asked(shop, plan)
    shop.journal.close()
    (shop.repository.state_dir / "journal.sqlite").write_bytes(b"x" * 8192)
    with pytest.raises(CheckFailed):
        requesting.requests(shop.journal)
