"""The contract of the port: errors, new attempts, threads and slots."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from laneshift.errors import Bug, CheckFailed, Fault
from laneshift.runs.engine.port import Context, Json, Program, StepFailed
from tests.runs.engine.driving import Opens, failing, opened, until
from tests.runs.engine.ledger import Ledger


class Failing:
    """Errors of steps and workflows, and trying again."""

    def test_the_facts_of_an_error_survive_the_store_and_a_replay(self, opens: Opens, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path / "ledger")
        error = CheckFailed(
            "gate.red", "red", where="a.py:3", why="w", cure="c", faults=[Fault("gate.one", "b.py", "x")]
        )

        def fail(_: Json) -> Json:
            ledger.note("ran")
            raise error

        async def workflow(context: Context, argument: Json) -> Json:
            try:
                await context.step("fail", None)
            except StepFailed as caught:
                await context.step("fail again", caught.facts)
            return "not reached"

        def again(facts: Json) -> Json:
            assert facts == error.as_dict()
            raise error

        program = Program({"work": workflow}, {"fail": fail, "fail again": again})
        for _ in range(2):
            with opened(opens, program) as engine:
                assert failing(lambda: engine.run("work", "k", None)) == error.as_dict()
                assert [row.state for row in engine.status("k")] == ["failed"]
        assert ledger.lines() == ["ran"]

    @pytest.mark.parametrize("kind", [KeyError, SystemExit, KeyboardInterrupt])
    def test_any_other_error_is_a_crash_with_its_traceback(self, opens: Opens, kind: type[BaseException]) -> None:
        def crash(_: Json) -> Json:
            raise kind("the reason")

        async def workflow(context: Context, argument: Json) -> Json:
            return await context.step("crash", None)

        with opened(opens, Program({"work": workflow}, {"crash": crash})) as engine:
            facts = failing(lambda: engine.run("work", "k", None))
        assert (facts["code"], facts["type"], facts["exit_code"]) == ("engine.step-crashed", kind.__name__, 3)
        assert "raise kind" in facts["traceback"]
        assert "the reason" in facts["what"]

    def test_an_error_that_cannot_be_printed_still_ends_the_step(self, opens: Opens) -> None:
        class Mute(Exception):
            def __str__(self) -> str:
                raise RuntimeError("no text")

        def crash(argument: Json) -> Json:
            raise Mute if argument else CheckFailed("gate.odd", "odd", where=Path("x"))  # type: ignore[arg-type]

        async def workflow(context: Context, argument: Json) -> Json:
            return await context.step("crash", argument)

        with opened(opens, Program({"work": workflow}, {"crash": crash})) as engine:
            assert failing(lambda: engine.run("work", "a", True))["type"].endswith("Mute")
            assert failing(lambda: engine.run("work", "b", False))["code"] == "gate.odd"

    def test_a_bug_in_a_workflow_ends_it_with_facts(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return argument["missing"]

        with opened(opens, Program({"work": workflow}, {})) as engine:
            facts = failing(lambda: engine.run("work", "k", {}))
        assert (facts["code"], facts["type"]) == ("engine.workflow-crashed", "KeyError")

    def test_a_new_attempt_keeps_what_is_done_and_tries_the_rest(self, opens: Opens, tmp_path: Path) -> None:
        ledger, mended = Ledger(tmp_path / "ledger"), tmp_path / "mended"

        async def child(context: Context, argument: Json) -> Json:
            return await context.step("work", argument)

        async def parent(context: Context, argument: Json) -> Json:
            good = await context.spawn("child", "batch/good", "good")
            bad = await context.spawn("child", f"batch/bad#{argument}", "bad")
            return [await good.result(), await bad.result()]

        def work(name: str) -> str:
            ledger.note(name)
            if name == "bad" and not mended.exists():
                raise CheckFailed("disk.full", "no space")
            return name

        program = Program({"parent": parent, "child": child}, {"work": work})
        with opened(opens, program) as engine:
            assert failing(lambda: engine.run("parent", "batch#1", 1))["code"] == "disk.full"
            mended.touch()
            assert failing(lambda: engine.run("parent", "batch#1", 1))["code"] == "disk.full"
            assert engine.run("parent", "batch#2", 2) == ["good", "bad"]
        assert ledger.counts() == {"good": 1, "bad": 2}


class Working:
    """Threads and slots."""

    def test_heavy_steps_take_turns_and_light_ones_are_never_held_back(self, opens: Opens) -> None:
        at_once, most, started, free = [0], [0], [], threading.Event()
        guard = threading.Lock()

        def heavy(n: int) -> None:
            with guard:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
                started.append(n)
            free.wait(240)
            with guard:
                at_once[0] -= 1

        def release(_: Json) -> None:
            until(lambda: len(started) >= 2)
            free.set()

        async def child(context: Context, argument: Json) -> Json:
            await context.step("heavy", argument)
            return await context.step("light", argument)

        async def parent(context: Context, argument: Json) -> Json:
            children = [await context.spawn("child", f"p/{n}", n) for n in range(6)]
            light = [await context.step("light", n) for n in range(5)]
            await context.step("free", None)
            return [light, await asyncio.gather(*[one.result() for one in children])]

        steps = {"heavy": heavy, "light": lambda n: n, "free": release}
        program = Program({"parent": parent, "child": child}, steps, heavy=frozenset({"heavy"}))
        with opened(opens, program, workers=2) as engine:
            assert engine.run("parent", "p", None) == [list(range(5)), list(range(6))]
        assert most[0] == 2
        assert sorted(started) == list(range(6))

    def test_closing_leaves_no_thread_and_a_second_engine_opens(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return await context.step("one", argument)

        program = Program({"work": workflow}, {"one": lambda n: n + 1})
        before = set(threading.enumerate())
        for n in range(3):
            engine = opens(program, 1, "v1")
            assert engine.run("work", f"k{n}", n) == n + 1
            began = time.monotonic()
            engine.close()
            assert time.monotonic() - began < 60
            assert set(threading.enumerate()) <= before
        with pytest.raises(Bug):
            engine.run("work", "k9", 9)
