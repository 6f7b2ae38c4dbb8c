"""A move that takes longer than an answer may: told so, worked out all the same, and known the next time."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from laneshift.matriz import ground
from laneshift.matriz.answering import Answer
from laneshift.matriz.breaker import State
from laneshift.matriz.nodes import working_out
from laneshift.runs.answering.making import Answering, answering
from tests.runs.answering.conftest import PATIENT
from tests.toy import shop_at

_LONG = 60.0
QUESTIONS = [f"what would moving labs/shapes.py to core/{name}.py touch" for name in "abcdef"]


def _asked(made: Answering, question: str) -> Answer:
    return asyncio.run(made.matriz.answer([{"role": "user", "content": question}]))


def test_moves_that_do_not_fit_are_said_to_be_worked_out_and_are(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, real = threading.Event(), ground.move

    def slow(*given: object, **more: object) -> object:
        go_on.wait(_LONG)
        return real(*given, **more)  # type: ignore[arg-type] # it is given what it is given

    monkeypatch.setattr(ground, "move", slow)
    # All the time that there is for everything but the moves, for which there is none.
    monkeypatch.setattr(working_out, "_SPARE", 3600.0)
    made = answering(shop_at(asked), budget=PATIENT)
    try:
        assert made.warm()
        first = [_asked(made, question) for question in QUESTIONS]
        assert {(each.knows, each.partial) for each in first} == {(False, True)}
        for each in first:
            assert "I am still working out what moving `labs.shapes` to `core/" in each.text
            assert "So far I know that 3 modules import it" in each.text
        # So many that are late are no fault of the node, and take nobody's place.
        assert made.matriz.orchestrator.health.of("plan").told().state is State.CLOSED
        assert not made.matriz.orchestrator.crew.standing().hanging
        go_on.set()
        tree = made.grounds.current()
        for name in "abcdef":
            assert made.knows.errands.wait(("move", tree.tree.oid, "labs/shapes.py", f"core/{name}.py"), _LONG)
        for question in QUESTIONS:
            answer = _asked(made, question)
            assert (answer.knows, answer.partial) == (True, False), answer.text
            assert "touches **" in answer.text
    finally:
        go_on.set()
        made.close()


def test_a_move_that_is_refused_is_refused_again_without_asking_the_engine(made: Answering) -> None:
    tree = made.grounds.current()
    assert "cannot move" in _asked(made, "what would moving labs/shapes.py to labs/report.py touch").text
    assert tree.has_moved("labs/shapes.py", "labs/report.py")
    assert "cannot move" in _asked(made, "what would moving labs/shapes.py to labs/report.py touch").text
