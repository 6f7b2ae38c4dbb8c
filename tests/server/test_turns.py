"""What requests of one turn of the event loop share, and what they do not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, LaneshiftError
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.decision_turns import DecisionTurns
from laneshift.server.auth.policies import REPOSITORY, Decision, shipped
from laneshift.server.auth.principal import Principal
from laneshift.server.turns import OnceATurn

JULY = 1_783_000_000
ANN = Principal("person", "ann@example.org", ("reader",), "key:1")


class Counted(DecisionLog):
    """A log that tells how many transactions it wrote."""

    transactions = 0

    def add_all(self, decided: object) -> list[int]:
        self.transactions += 1
        return super().add_all(decided)  # type: ignore[arg-type] # passed on as it came


def decided(action: str = "plan.read") -> Decision:
    return shipped().decide(ANN, action, REPOSITORY)


def test_a_crowd_shares_a_transaction_and_each_has_its_own_number(tmp_path: Path) -> None:
    log = Counted(tmp_path, lambda: JULY)
    turns = DecisionTurns(log)

    async def crowd() -> list[int]:
        return await asyncio.gather(*(turns.add(decided(), f"r{number}") for number in range(40)))

    assert asyncio.run(crowd()) == list(range(1, 41))
    assert log.transactions == 1
    assert asyncio.run(crowd()) == list(range(41, 81))
    assert [each.facts["request"] for each in log.last(40)] == [f"r{number}" for number in range(40)]
    assert log.check() == []
    log.close()


def test_nobody_goes_on_before_the_decision_is_on_record(tmp_path: Path) -> None:
    log, seen = DecisionLog(tmp_path, lambda: JULY), list[set[str]]()
    turns = DecisionTurns(log)

    async def one(name: str) -> None:
        await turns.add(decided(), name)
        seen.append({each.facts["request"] for each in log.last(9)} & {name})

    async def crowd() -> None:
        await asyncio.gather(*(one(f"r{number}") for number in range(9)))

    asyncio.run(crowd())
    assert seen == [{f"r{number}"} for number in range(9)]
    log.close()


def test_what_cannot_be_recorded_is_refused_to_everybody_of_the_turn_and_the_next_one_is_tried(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path, lambda: JULY)
    log.add(decided(), "first")
    log.close()
    (path,) = tmp_path.glob("*.sqlite")
    whole = path.read_bytes()
    path.write_bytes(b"x" * 8192)
    turns = DecisionTurns(log)

    async def crowd() -> list[int | BaseException]:
        return await asyncio.gather(*(turns.add(decided(), "r") for _ in range(5)), return_exceptions=True)

    for found in asyncio.run(crowd()):
        assert isinstance(found, CheckFailed)
        assert found.code == "policy.not-recorded"
    log.close()
    path.write_bytes(whole)
    assert asyncio.run(crowd()) == [2, 3, 4, 5, 6]
    assert log.check() == []
    log.close()


def test_a_failure_that_nobody_expected_leaves_nobody_waiting(tmp_path: Path) -> None:
    class Odd(DecisionLog):
        def add_all(self, decided: object) -> list[int]:
            raise RuntimeError("odd")

    turns, logged = DecisionTurns(Odd(tmp_path, lambda: JULY)), list[object]()

    async def crowd() -> list[int | BaseException]:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: logged.append(told["exception"]))
        return await asyncio.gather(*(turns.add(decided(), "r") for _ in range(3)), return_exceptions=True)

    assert all(isinstance(found, LaneshiftError) for found in asyncio.run(crowd()))
    assert [str(each) for each in logged] == ["odd"]


def test_whoever_left_holds_up_nobody(tmp_path: Path) -> None:
    turns = DecisionTurns(DecisionLog(tmp_path, lambda: JULY))

    async def crowd() -> int:
        gone = asyncio.create_task(turns.add(decided(), "gone"))
        stays = asyncio.create_task(turns.add(decided(), "stays"))
        asyncio.get_running_loop().call_soon(gone.cancel)
        found = await stays
        with pytest.raises(asyncio.CancelledError):
            await gone
        return found

    assert asyncio.run(crowd()) in (1, 2)


def test_what_one_turn_found_is_not_there_in_the_next() -> None:
    looked: list[str] = []
    now: OnceATurn[int] = OnceATurn()

    def look() -> int:
        looked.append("x")
        return len(looked)

    async def turns() -> list[list[int]]:
        found = []
        for _ in range(3):
            found.append([now.get("a", look), now.get("a", look)])
            await asyncio.sleep(0)
        return found

    assert asyncio.run(turns()) == [[1, 1], [2, 2], [3, 3]]
    assert asyncio.run(turns()) == [[4, 4], [5, 5], [6, 6]], "another loop begins anew"
    assert [now.get("a", look), now.get("a", look)] == [7, 8], "without a loop there are no turns"


def test_of_others_and_of_failures_nothing_is_kept() -> None:
    now: OnceATurn[str] = OnceATurn()

    def fails() -> str:
        raise ValueError("x")

    async def turn() -> tuple[str, str]:
        with pytest.raises(ValueError, match="x"):
            now.get("a", fails)
        return now.get("a", lambda: "mine"), now.get("b", lambda: "other")

    assert asyncio.run(turn()) == ("mine", "other")
