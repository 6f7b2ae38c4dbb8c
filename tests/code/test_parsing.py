"""Whoever makes a syntax tree takes turns, in whatever thread."""

from __future__ import annotations

import ast
from collections.abc import Callable
from threading import Event, Thread

import pytest

from laneshift.code.facts.extract import extract
from laneshift.code.moves.spans import Source, parse, parses
from laneshift.code.parsing import PARSING

_TEXT = b"a = 1\n"


@pytest.mark.parametrize(
    "work",
    [lambda: parse(Source(_TEXT)), lambda: parses(Source(_TEXT)), lambda: extract(_TEXT)],
    ids=["parse", "parses", "extract"],
)
def test_another_thread_waits_for_its_turn(work: Callable[[], object]) -> None:
    started, done = Event(), Event()

    def run() -> None:
        started.set()
        work()
        done.set()

    with PARSING:
        thread = Thread(target=run)
        thread.start()
        assert started.wait(240)
        assert not done.wait(0.2)
    assert done.wait(240)
    thread.join(240)


def test_one_thread_may_take_its_turn_again() -> None:
    with PARSING:
        tree = parse(Source(_TEXT))
    assert isinstance(tree, ast.Module)
