"""Two workers begin the same at once; one has seen the end of it and forgotten it before the other one looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

from laneshift.runs.engine.port import Engine, Json, StepFailed
from tests.runs.flowing.workbench import flow, states, step, working


class Forgetful:
    """The engine, on which somebody else forgets the first beginning just as it has ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.begun = list[str]()
        self.again = Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def run(self, workflow: str, key: str, argument: Json) -> Json:
        self.begun.append(key)
        ended = self._engine.run(workflow, key, argument)
        if len(self.begun) == 1:
            assert self._engine.forget("begin-") == 1
            raise StepFailed({"code": "engine.forgotten", "what": "gone", "where": key})
        self.again.set()
        return ended


def test_what_another_worker_forgot_is_begun_again(tmp_path: Path) -> None:
    with working(tmp_path / "repo", begin=False) as room:
        engines, real = list[Forgetful](), room.shop.engine

        @contextmanager
        def engine(*arguments: Any) -> Iterator[Any]:
            with real(*arguments) as opened:
                engines.append(Forgetful(opened))
                yield engines[0]

        room.shop = replace(room.shop, engine=engine)
        run = room.ask(flow("kept", step("a"), step("b")))
        room.begin()
        assert states(room.ended(run)) == {"a": "done", "b": "done"}
        # What was begun the first time may end before it is begun again, which then finds it done.
        assert engines[0].again.wait(240)
        assert len(engines[0].begun) == 2
        assert len({*engines[0].begun}) == 1
    assert room.failed == []
