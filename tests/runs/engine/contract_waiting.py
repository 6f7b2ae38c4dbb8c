"""The contract of the port: messages, time, cancelling and forgetting."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs.engine import dbos_core, sqlite_engine, temporal_engine
from laneshift.runs.engine.port import Context, Json, Program
from tests.runs.engine.driving import Opens, failing, in_background, opened, until
from tests.runs.engine.ledger import Ledger


class Waiting:
    """Messages, time, cancelling and forgetting."""

    def test_values_arrive_in_order_and_none_arrives_after_the_time(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            got = [await context.wait("approve", 300), await context.wait("approve", 300)]
            return [*got, await context.wait("approve", 0.05), await context.wait("other", 0.05)]

        with opened(opens, Program({"work": workflow}, {})) as engine:
            with pytest.raises(Refused) as caught:
                engine.send("nobody", "approve", 1)
            assert caught.value.code == "engine.no-workflow"
            thread, ended = in_background(lambda: engine.run("work", "k", None))
            until(lambda: bool(engine.status("k")))
            engine.send("k", "approve", {"by": "ann"})
            time.sleep(0.02)
            engine.send("k", "approve", 2)
            thread.join(120)
            assert ended == [[{"by": "ann"}, 2, None, None]]

    def test_a_message_sent_while_nobody_runs_the_workflow_is_kept(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return await context.wait("approve", 60)

        program = Program({"work": workflow}, {})
        with opened(opens, program) as engine:
            thread, ended = in_background(lambda: engine.run("work", "k", None))
            until(lambda: bool(engine.status("k")))
        thread.join(120)
        assert [error.code for error in ended] == ["engine.closed"]
        with opened(opens, program) as engine:
            engine.send("k", "approve", "yes")
            assert [row.state for row in engine.status("k")] == ["running"]
        with opened(opens, program) as engine:
            assert engine.run("work", "k", None) == "yes"

    def test_a_pause_goes_on_while_the_process_is_down(self, opens: Opens, tmp_path: Path) -> None:
        """A shorter pause that begins when the process is back must end later: no clock decides, only the order."""
        pause, shorter = 14.0, 8.0
        ledger = Ledger(tmp_path / "ledger")

        async def workflow(context: Context, argument: Json) -> Json:
            await context.step("note", f"{argument} began")
            await context.sleep(pause if argument == "first" else shorter)
            return await context.step("note", f"{argument} ended")

        program = Program({"work": workflow}, {"note": ledger.note})
        with opened(opens, program) as engine:
            thread, _ = in_background(lambda: engine.run("work", "first", "first"))
            until(lambda: ledger.lines() == ["first began"])
            began = time.monotonic()
            time.sleep(8)  # for the pause to be on record, which nothing tells
        thread.join()
        with opened(opens, program) as engine:
            time.sleep(max(0.0, began + pause - 0.5 - time.monotonic()))
            threads = [in_background(partial(engine.run, "work", key, key))[0] for key in ("first", "second")]
            for thread in threads:
                thread.join()
        assert ledger.lines()[-2:] == ["first ended", "second ended"]
        assert time.monotonic() - began > pause - 1

    def test_closing_waits_for_a_start_that_is_under_way(self, opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
        reached, go = threading.Event(), threading.Event()

        def held_up(*arguments: object) -> None:
            reached.set()
            go.wait()

        async def workflow(context: Context, argument: Json) -> Json:
            return await context.wait("approve", 600)

        for module in (dbos_core, sqlite_engine, temporal_engine):
            monkeypatch.setattr(module, "refuse_strangers", held_up)
        program = Program({"work": workflow}, {})
        engine = opens(program, 2, "v1")
        running, ended = in_background(lambda: engine.run("work", "k", None))
        reached.wait()
        closing, _ = in_background(engine.close)
        closing.join(0.3)
        go.set()
        closing.join()
        running.join()
        assert [error.code for error in ended] == ["engine.closed"]
        with opened(opens, program) as engine:
            running, ended = in_background(lambda: engine.run("work", "k", None))
            until(lambda: bool(engine.status("k")))
            engine.send("k", "approve", "yes")
            running.join()
            assert ended == ["yes"]

    def test_cancelling_stops_the_workflow_and_its_children_for_good(self, opens: Opens, tmp_path: Path) -> None:
        ledger, go = Ledger(tmp_path / "ledger"), threading.Event()

        def work(argument: str) -> str:
            ledger.note(argument)
            go.wait(120)
            return argument

        async def child(context: Context, argument: Json) -> Json:
            await context.step("work", "first")
            return await context.step("work", "second")

        async def parent(context: Context, argument: Json) -> Json:
            one = await context.spawn("child", "p/child", None)
            two = await context.spawn("sleeper", "p/sleeper", None)
            return [await one.result(), await two.result()]

        async def sleeper(context: Context, argument: Json) -> Json:
            await context.sleep(600)
            return ledger.note("woke")

        program = Program({"parent": parent, "child": child, "sleeper": sleeper}, {"work": work})
        with opened(opens, program) as engine:
            with pytest.raises(Refused):
                engine.cancel("p")
            thread, ended = in_background(lambda: engine.run("parent", "p", None))
            until(lambda: "first" in ledger.lines() and len(engine.status("p")) == 3)
            engine.cancel("p")
            thread.join(120)
            assert ended[0].facts["code"] == "engine.cancelled"
            go.set()
            assert failing(lambda: engine.run("parent", "p", None))["code"] == "engine.cancelled"
        with opened(opens, program) as engine:
            assert failing(lambda: engine.run("parent", "p", None))["code"] == "engine.cancelled"
            assert {row.key: row.state for row in engine.status("p")} == dict.fromkeys(
                ["p", "p/child", "p/sleeper"], "cancelled"
            )
            engine.cancel("p")
        assert ledger.lines() == ["first"]

    def test_status_knows_its_prefix_to_the_letter(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return None

        keys = ["a_b/1", "aXb/1", "A_B/1", "a%b/1", "a_b/2"]
        with opened(opens, Program({"work": workflow}, {})) as engine:
            for key in keys:
                engine.run("work", key, None)
            assert [row.key for row in engine.status("a_b/")] == ["a_b/1", "a_b/2"]
            assert [row.key for row in engine.status("")] == keys
            assert engine.status("none") == []

    def test_only_what_nobody_needs_is_forgotten(self, opens: Opens) -> None:
        async def child(context: Context, argument: Json) -> Json:
            return argument

        async def parent(context: Context, argument: Json) -> Json:
            results = [await (await context.spawn("child", f"{argument}/{n}", n)).result() for n in range(3)]
            return results if argument == "done" else await context.wait("go", 60)

        program = Program({"parent": parent, "child": child}, {})
        with opened(opens, program) as engine:
            assert engine.run("parent", "done", "done") == [0, 1, 2]
            thread, _ = in_background(lambda: engine.run("parent", "open", "open"))
            until(lambda: [row.state for row in engine.status("open/2")] == ["done"])
            assert engine.forget("done/1") == 1
            assert engine.forget("", {"done/2", "open/2", "none"}) == 1
            assert engine.forget("none", {"done/0"}) == 0
            assert engine.forget("") == 2
            assert [row.key for row in engine.status("")] == ["open", "open/0", "open/1", "open/2"]
            engine.send("open", "go", "went")
            thread.join(120)
            assert engine.forget("open") == 4
            assert engine.status("") == []
            assert engine.run("parent", "done", "done") == [0, 1, 2]
