"""A run whose workflow breaks is not left open for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from laneshift.flows.model import Flow, Step
from laneshift.runs.engine.port import Engine, RunStatus
from laneshift.runs.flowing import records
from laneshift.runs.flowing.state import flow_run
from tests.runs.engine.driving import until
from tests.runs.flowing.workbench import working


def test_a_run_whose_workflow_breaks_ends_and_can_be_tried_again(tmp_path: Path) -> None:
    built = Flow("breaks", (Step("a", "note"), Step("b", "note")))
    with working(tmp_path / "repo", begin=False) as own:
        run = own.ask(built)
        name = flow_run(own.shop.journal, run).digest.removeprefix("sha256:")
        evidence = own.shop.repository.state_dir / "evidence" / name[:2] / name[2:]
        whole = evidence.read_bytes()
        evidence.unlink()
        own.begin()
        assert (own.ended(run).state.name, own.ended(run).code) == ("failed", "flow.crashed")
        evidence.write_bytes(whole)
        records.retry(own.shop, built, run, "bob@example.org")
        assert own.ended(run, 2).state.name == "done"


class Late:
    """The engine, on which the run of another worker breaks between this one's look and its forgetting."""

    def __init__(self, engine: Engine, run: str) -> None:
        self._engine, self._run = engine, run
        self.left: list[RunStatus] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def forget(self, prefix: str, only: Collection[str] | None = None) -> int:
        told = {"run": self._run, "attempt": 1, "line": [[self._run, 1]], "until": None, "key": f"{self._run}#1"}
        self._engine.run("flow-begin", "begin-there", {"runs": [told]})
        until(lambda: [each.state for each in self._engine.status(f"{self._run}#1")] == ["failed"])
        gone = self._engine.forget(prefix, only)
        self.left = self._engine.status(f"{self._run}#1")
        return gone


def test_what_breaks_after_the_look_is_not_forgotten_before_it_is_buried(tmp_path: Path) -> None:
    with working(tmp_path / "repo", begin=False) as own:
        run = own.ask(Flow("breaks", (Step("a", "note"),)))
        name = flow_run(own.shop.journal, run).digest.removeprefix("sha256:")
        (own.shop.repository.state_dir / "evidence" / name[:2] / name[2:]).unlink()
        engines, real = list[Late](), own.shop.engine

        @contextmanager
        def engine(*arguments: Any) -> Iterator[Any]:
            with real(*arguments) as opened:
                engines.append(Late(opened, run))
                yield engines[0]

        own.shop = replace(own.shop, engine=engine)
        own.begin()
        assert (own.ended(run).state.name, own.ended(run).code) == ("failed", "flow.crashed")
        assert [each.state for each in engines[0].left] == ["failed"]
