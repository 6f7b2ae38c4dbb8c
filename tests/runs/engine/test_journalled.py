"""Steps that keep their own result: the engine that is alone on its store asks them again, and remembers the others."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs.engine.port import Context, Json, Program
from laneshift.runs.engine.sqlite_engine import SqliteEngine
from tests.runs.engine.driving import Opens, failing, in_background, opened, until
from tests.runs.engine.ledger import Ledger


@pytest.fixture
def opens(tmp_path: Path) -> Opens:
    """Engines on one file."""
    return lambda program, workers, version: SqliteEngine(tmp_path / "runs.sqlite", program, workers, version)


async def _three(context: Context, argument: Json) -> Json:
    return [await context.step(name, argument) for name in ("kept", "remembered", "last")]


def _program(ledger: Ledger, go: threading.Event) -> Program:
    def last(argument: str) -> str:
        ledger.note("last")
        go.wait(120)
        return f"last {argument}"

    def noted(name: str) -> Json:
        return lambda argument: ledger.note(name) or f"{name} {argument}"

    steps = {"kept": noted("kept"), "remembered": noted("remembered"), "last": last}
    return Program({"three": _three}, steps, journalled=frozenset({"kept"}))


def test_a_journalled_step_is_asked_again_and_the_others_are_not(opens: Opens, tmp_path: Path) -> None:
    ledger, go = Ledger(tmp_path / "ledger"), threading.Event()
    program = _program(ledger, go)
    with opened(opens, program) as engine:
        thread, _ = in_background(lambda: engine.run("three", "k", "x"))
        until(lambda: "last" in ledger.lines())
    thread.join(120)
    go.set()
    with opened(opens, program) as engine:
        assert engine.run("three", "k", "x") == ["kept x", "remembered x", "last x"]
        assert engine.run("three", "k", "x") == ["kept x", "remembered x", "last x"]
    assert ledger.counts() == {"kept": 2, "remembered": 1, "last": 2}


def test_a_journalled_step_fails_with_its_facts(opens: Opens) -> None:
    def refuse(argument: str) -> str:
        raise Refused("test.no", "not this", where=argument)

    async def workflow(context: Context, argument: Json) -> Json:
        return await context.step("refuse", argument)

    with opened(opens, Program({"w": workflow}, {"refuse": refuse}, journalled=frozenset({"refuse"}))) as engine:
        facts = failing(lambda: engine.run("w", "k", "here"))
        assert (facts["code"], facts["where"]) == ("test.no", "here")
