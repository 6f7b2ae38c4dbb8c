"""The contract of the port: starting, joining and results."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import Bug, Refused
from laneshift.runs.engine.port import Context, Json, Program
from tests.runs.engine.driving import Opens, failing, opened
from tests.runs.engine.ledger import Ledger


class Running:
    """Starting, joining and results."""

    def test_a_finished_run_is_joined_without_running_its_steps_again(self, opens: Opens, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path / "ledger")

        async def workflow(context: Context, argument: Json) -> Json:
            return [await context.step("note", f"{argument}-{n}") for n in range(3)]

        program = Program({"work": workflow}, {"note": lambda line: ledger.note(line) or line.upper()})
        with opened(opens, program) as engine:
            first = engine.run("work", "k", "a")
            assert engine.run("work", "k", "another argument") == first == ["A-0", "A-1", "A-2"]
        with opened(opens, program) as engine:
            assert engine.run("work", "k", "a") == first
        assert ledger.counts() == {"a-0": 1, "a-1": 1, "a-2": 1}

    def test_children_end_in_any_order_and_give_their_results_in_the_order_asked(self, opens: Opens) -> None:
        async def child(context: Context, argument: Json) -> Json:
            return await context.step("late", argument)

        async def parent(context: Context, argument: Json) -> Json:
            children = [await context.spawn("child", f"p/{n}", n) for n in range(8)]
            return await asyncio.gather(*[one.result() for one in children])

        def late(n: int) -> int:
            time.sleep((8 - n) * 0.02)
            return n * n

        with opened(opens, Program({"parent": parent, "child": child}, {"late": late})) as engine:
            assert engine.run("parent", "p", None) == [n * n for n in range(8)]
            assert [row.key for row in engine.status("p/")] == [f"p/{n}" for n in range(8)]
            assert {row.state for row in engine.status("")} == {"done"}

    def test_a_second_start_of_a_child_joins_the_first(self, opens: Opens, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path / "ledger")

        async def child(context: Context, argument: Json) -> Json:
            return await context.step("note", argument)

        async def parent(context: Context, argument: Json) -> Json:
            twice = [await context.spawn("child", "shared", "once") for _ in range(2)]
            return [await one.result() for one in twice]

        program = Program({"parent": parent, "child": child}, {"note": lambda line: ledger.note(line) or "done"})
        with opened(opens, program) as engine:
            assert engine.run("parent", "one", None) == ["done", "done"]
            assert engine.run("parent", "two", None) == ["done", "done"]
        assert ledger.lines() == ["once"]

    def test_values_are_copies_through_json(self, opens: Opens) -> None:
        seen: list[Json] = []

        def spoil(argument: dict[str, Any]) -> Json:
            argument["spoilt"] = True
            return {1: (2, 3), "path": b"caf\xe9".decode("utf-8", "surrogateescape")}

        async def workflow(context: Context, argument: Json) -> Json:
            given = {"n": 1}
            result = await context.step("spoil", given)
            seen.append((dict(given), result))
            return result

        with opened(opens, Program({"work": workflow}, {"spoil": spoil})) as engine:
            result = engine.run("work", "k", None)
        expected = {"1": [2, 3], "path": "caf\udce9"}
        assert (result, seen) == (expected, [({"n": 1}, expected)])

    def test_what_is_not_json_fails_by_name(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return await context.step("bad", None)

        for number, value in enumerate([object(), float("nan"), {1, 2}]):
            with opened(opens, Program({"work": workflow}, {"bad": lambda _, value=value: value})) as engine:
                facts = failing(partial(engine.run, "work", f"k{number}", None))
                assert facts["code"] == "engine.not-json"

    def test_unknown_names_are_refused(self, opens: Opens) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return await (context.step("gone", None) if argument else context.spawn("gone", "child", None))

        with opened(opens, Program({"work": workflow, "other": workflow}, {})) as engine:
            with pytest.raises(Bug, match="no workflow is registered"):
                engine.run("gone", "k", None)
            assert failing(lambda: engine.run("work", "a", True))["code"] == "engine.unknown-step"
            assert failing(lambda: engine.run("work", "b", False))["code"] == "engine.unknown-workflow"
            with pytest.raises(Bug) as caught:
                engine.run("other", "a", True)
            assert caught.value.code == "engine.key-taken"

    @pytest.mark.parametrize("key", ["", "  ", "a\nb", "nul\0", "\udce9", "k" * 401])
    def test_keys_that_cannot_be_printed_are_refused(self, opens: Opens, key: str) -> None:
        async def workflow(context: Context, argument: Json) -> Json:
            return await (await context.spawn("work", key, None)).result()

        with opened(opens, Program({"work": workflow}, {})) as engine:
            with pytest.raises(Refused) as caught:
                engine.run("work", key, None)
            assert caught.value.code == "engine.bad-name"
            assert failing(lambda: engine.run("work", "fine", None))["code"] == "engine.bad-name"
