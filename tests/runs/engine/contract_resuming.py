"""The contract of the port: what a second process does with the work of the first."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs.engine.port import Context, Json, Program, StepFailed
from tests.runs.engine.driving import Opens, failing, in_background, opened, until
from tests.runs.engine.ledger import Ledger


class Resuming:
    """What a second process does with the work of the first."""

    def test_finished_steps_and_children_are_not_run_again(self, opens: Opens, tmp_path: Path) -> None:
        ledger, go = Ledger(tmp_path / "ledger"), threading.Event()

        def work(argument: str) -> str:
            ledger.note(argument)
            if argument.endswith("2"):
                go.wait(120)
            return argument

        async def child(context: Context, argument: Json) -> Json:
            return [await context.step("work", f"{argument}.{n}") for n in range(4)]

        async def parent(context: Context, argument: Json) -> Json:
            await context.step("work", "before")
            children = [await context.spawn("child", f"p/{n}", n) for n in range(3)]
            return [await one.result() for one in children]

        program = Program({"parent": parent, "child": child}, {"work": work})
        with opened(opens, program) as engine:
            thread, _ = in_background(lambda: engine.run("parent", "p", None))
            until(lambda: sum(line.endswith(".2") for line in ledger.lines()) == 3)
        thread.join(120)
        go.set()
        with opened(opens, program) as engine:
            assert engine.run("parent", "p", None) == [[f"{c}.{n}" for n in range(4)] for c in range(3)]
        counts = ledger.counts()
        assert all(count == (2 if line.endswith(".2") else 1) for line, count in counts.items()), counts
        assert len(counts) == 13

    def test_another_version_does_not_touch_unfinished_work(self, opens: Opens, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path / "ledger")

        async def old(context: Context, argument: Json) -> Json:
            return await context.wait("go", 60)

        async def new(context: Context, argument: Json) -> Json:
            return await context.step("note", argument)

        steps = {"note": lambda line: ledger.note(line) or line}
        with opened(opens, Program({"work": old}, steps), version="v1") as engine:
            thread, _ = in_background(lambda: engine.run("work", "k#1", "x"))
            until(lambda: bool(engine.status("k#1")))
        thread.join(120)
        with opened(opens, Program({"work": new}, steps), version="v2") as engine:
            for key in ("k#1", "k#2"):
                with pytest.raises(Refused) as caught:
                    engine.run("work", key, "x")
                assert (caught.value.code, caught.value.where) == ("engine.other-version", "k#1")
            assert ledger.lines() == []
            engine.cancel("k#1")
            assert engine.run("work", "k#2", "x") == "x"
        with opened(opens, Program({"renamed": new}, steps), version="v2") as engine:
            assert engine.run("renamed", "k#3", "y") == "y"

    def test_a_workflow_that_takes_another_way_on_replay_is_found_out(self, opens: Opens) -> None:
        runs, noted = list[int](), threading.Event()

        async def workflow(context: Context, argument: Json) -> Json:
            runs.append(1)
            await context.step("one", len(runs))
            await context.step("note", None)  # it begins when the one before is on record
            try:
                return await context.wait("go", 60)
            except StepFailed:
                return "hidden"

        program = Program({"work": workflow}, {"one": lambda n: n, "note": lambda _: noted.set()})
        with opened(opens, program) as engine:
            thread, _ = in_background(lambda: engine.run("work", "k", None))
            assert noted.wait(240)
        thread.join(120)
        with opened(opens, program) as engine:
            assert failing(lambda: engine.run("work", "k", None))["code"] == "engine.replay-diverged"

    def test_a_child_with_another_key_on_replay_is_found_out(self, opens: Opens) -> None:
        runs, noted = list[int](), threading.Event()

        async def child(context: Context, argument: Json) -> Json:
            return None

        async def parent(context: Context, argument: Json) -> Json:
            runs.append(1)
            await context.spawn("child", f"p/{len(runs)}", None)
            await context.step("note", None)
            return await context.wait("go", 60)

        program = Program({"parent": parent, "child": child}, {"note": lambda _: noted.set()})
        with opened(opens, program) as engine:
            thread, _ = in_background(lambda: engine.run("parent", "p", None))
            assert noted.wait(240)
        thread.join(120)
        with opened(opens, program) as engine:
            assert failing(lambda: engine.run("parent", "p", None))["code"] == "engine.replay-diverged"
