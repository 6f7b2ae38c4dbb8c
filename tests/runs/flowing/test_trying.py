"""A step in whose midst a process died: repeated, looked at first, or left to a person. The records are real."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from laneshift.flows.model import Flow, Step
from laneshift.runs.flowing import keys, records
from laneshift.runs.flowing.effects import NOT_DONE, Done, Failed, Outcome, Work
from laneshift.runs.flowing.keys import Place
from laneshift.runs.flowing.state import flow_run
from laneshift.runs.flowing.trying import Trying
from laneshift.runs.workshop import Workshop
from tests.repo.builders import repo_at
from tests.toy import shop_at


class Once:
    """An effect that was done, or was not, before the process died; remembers how it was asked."""

    def __init__(self, seen: Outcome | None = None) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.keys: list[str] = []
        self.seen = seen

    def perform(self, work: Work) -> Outcome:
        self.asked.append((work.purpose, work.again))
        self.keys.append(work.key)
        if work.purpose == "look":
            assert self.seen is not None
            return self.seen
        return Done("did it")

    def faults(self, *_: Any) -> list[tuple[str, str]]:
        return []


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    repo_at(tmp_path / "repo", {"a.txt": "x"})
    return shop_at(tmp_path / "repo")


def begun(shop: Workshop, again: str) -> dict[str, Any]:
    """A run whose step began in a process that is gone; what the next one is asked."""
    flow = Flow("f", (Step("a", "x"),))
    run = records.start(shop, {"f": flow}, "f", {}, "ada@example.org").id
    given = {
        "run": run,
        "attempt": 1,
        "step": "a",
        "index": None,
        "purpose": "do",
        "me": f"{run}#1",
        "line": [[run, 1]],
        "until": None,
        "try": 1,
        "may_fail": False,
        "again": again,
        "timeout": None,
        "kind": "x",
        "settings": {},
        "retry": {},
    }
    shop.journal.append(keys.of(run, 1, "began"), keys.BEGAN, {"run": run, "attempt": 1})
    place = Place(run, 1, "a")
    facts = {name: given[name] for name in ("run", "attempt", "step", "index", "purpose", "me", "try")}
    shop.journal.append(place.key(1, "began"), keys.STEP_BEGAN, {**facts, "kind": "x", "mark": "gone"})
    return given


def answered(shop: Workshop, trying: Trying, given: Mapping[str, Any], value: Any, turn: int) -> dict[str, Any]:
    """What becomes of a step that a person is asked about."""
    records.signal(shop, given["run"], "again-a", value, "ada@example.org", id_=f"turn-{turn}")
    look = {**given, "turn": turn, "waits": ["again-a"], "look_at": None}
    seen = trying.look(look)
    assert seen["ready"]
    return trying.again({**given, "turn": turn, "signals": seen["signals"], "stopped": None, "asked": True})


def test_one_that_is_safe_is_repeated_and_told_so(shop: Workshop) -> None:
    effects, given = Once(), begun(shop, "safe")
    assert Trying(shop, effects).attempt(given) == {"state": "done", "value": "did it"}
    assert effects.asked == [("do", True)]


def test_the_key_of_an_effect_is_the_same_again_and_another_one_elsewhere(tmp_path: Path) -> None:
    told = []
    for name in ("one", "other"):
        repo_at(tmp_path / name, {"a.txt": "x"})
        shop, flow = shop_at(tmp_path / name), Flow("f", (Step("a", "x"),))
        run = records.start(shop, {"f": flow}, "f", {}, "ada@example.org", key="2026-11-22T02:30:00Z").id
        effects = Once()
        given = {**begun(shop, "safe"), "run": run, "line": [[run, 1]]}
        for number in (1, 2):
            Trying(shop, effects).attempt({**given, "try": number})
        told.append(effects.keys)
    assert [len(set(keys)) for keys in told] == [1, 1]
    assert told[0] != told[1]


def test_one_that_looks_and_finds_it_done_does_not_do_it_again(shop: Workshop) -> None:
    effects, given = Once(Done("was done")), begun(shop, "look")
    assert Trying(shop, effects).attempt(given) == {"state": "done", "value": "was done"}
    assert effects.asked == [("look", True)]


def test_one_that_looks_and_finds_nothing_does_it(shop: Workshop) -> None:
    effects, given = Once(Failed(NOT_DONE, "nothing there")), begun(shop, "look")
    assert Trying(shop, effects).attempt(given)["value"] == "did it"
    assert effects.asked == [("look", True), ("do", True)]


def test_one_that_cannot_look_fails(shop: Workshop) -> None:
    effects, given = Once(Failed("x.away", "nobody answers")), begun(shop, "look")
    told = Trying(shop, effects).attempt(given)
    assert (told["state"], told["code"]) == ("failed", "x.away")


@pytest.mark.parametrize(
    ("value", "state", "asked"),
    [("repeat", "done", [("do", True)]), ("done", "done", []), ({"done": 7}, "done", []), ("fail", "failed", [])],
)
def test_one_that_asks_waits_for_a_person(shop: Workshop, value: Any, state: str, asked: list[Any]) -> None:
    effects, given = Once(), begun(shop, "ask")
    trying = Trying(shop, effects)
    told = trying.attempt(given)
    assert (told["state"], told["waits"]) == ("asking", ["again-a"])
    assert flow_run(shop.journal, given["run"]).step("a").state.name == "waiting"
    assert trying.attempt(given) == told
    assert effects.asked == []
    assert answered(shop, trying, given, "what?", 1)["state"] == "asking"
    told = answered(shop, trying, given, value, 2)
    assert told["state"] == state
    assert effects.asked == asked
    assert flow_run(shop.journal, given["run"]).step("a").state.name == state


def test_a_repeat_that_dies_too_is_asked_about_again(shop: Workshop) -> None:
    effects, given = Once(), begun(shop, "ask")
    trying = Trying(shop, effects)
    trying.attempt(given)
    place = Place(given["run"], 1, "a")
    facts = {name: given[name] for name in ("run", "attempt", "step", "index", "purpose", "me", "try")}
    shop.journal.append(place.key(1, "repeat-1"), keys.STEP_BEGAN, {**facts, "kind": "x", "mark": "gone"})
    assert answered(shop, trying, given, "repeat", 1)["state"] == "asking"
    assert effects.asked == []
    assert answered(shop, trying, given, "repeat", 2)["state"] == "done"


def test_an_end_that_is_on_record_is_told_again_and_nothing_done(shop: Workshop) -> None:
    effects, given = Once(), begun(shop, "safe")
    trying = Trying(shop, effects)
    first = trying.attempt(given)
    records.cancel(shop, given["run"], "ada@example.org")
    assert trying.attempt(given) == first
    assert len(effects.asked) == 1


def test_a_signal_that_was_taken_by_a_process_that_died_is_had_by_the_next(shop: Workshop) -> None:
    given = begun(shop, "ask")
    records.signal(shop, given["run"], "again-a", 1, "ada@example.org", id_="one")
    records.signal(shop, given["run"], "again-a", 2, "ada@example.org", id_="two")
    look = {**given, "turn": 1, "waits": ["again-a"], "look_at": None}
    first = Trying(shop, Once()).look(look)
    assert [each["id"] for each in first["signals"]] == ["one"]
    assert Trying(shop, Once()).look(look) == first
    second = Trying(shop, Once()).look({**look, "turn": 2})
    assert [each["id"] for each in second["signals"]] == ["one", "two"]
    third = Trying(shop, Once()).look({**look, "turn": 3})
    assert not third["ready"]
