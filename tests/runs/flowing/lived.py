"""A repository in which flows have run: every state that a run can be in is on record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from laneshift.runs.flowing import records
from laneshift.runs.flowing.effects import Done, Failed, Outcome, Work
from laneshift.runs.flowing.library import Library
from laneshift.runs.flowing.packing import Json
from laneshift.runs.flowing.serving import serve_flows
from laneshift.runs.flowing.state import Run, flow_run
from laneshift.runs.workshop import Workshop
from tests.repo.builders import repo_at
from tests.toy import shop_at

FLOWS = {
    "greet": """
description = "Greets every lane, once a person said so"
[inputs.lanes]
type = "list"
default = ["labs", "core"]
[[steps]]
name = "count"
kind = "command"
argv = ["count"]
[steps.compensate]
kind = "command"
argv = ["uncount"]
[[steps]]
name = "ask"
kind = "wait"
signal = "go"
[[steps]]
name = "each-lane"
kind = "command"
argv = ["greet", "${ item }"]
each = "inputs.lanes"
at_once = 2
[[steps]]
name = "never"
kind = "command"
argv = ["never"]
when = "false"
""",
    "fails": """
[[steps]]
name = "first"
kind = "command"
argv = ["first"]
[steps.compensate]
kind = "command"
argv = ["unfirst"]
[[steps]]
name = "second"
kind = "command"
argv = ["fail"]
[steps.retry]
times = 1
first_seconds = 0.01
""",
}
"""Definitions by name."""


class Told:
    """Effects that say that they did what they were asked for; `fail` fails."""

    def perform(self, work: Work) -> Outcome:
        words = work.settings["argv"]
        return Failed("flow.command", "it failed") if words == ["fail"] else Done({"said": words, "share": 0.5})

    def faults(self, kind: str, settings: Mapping[str, Json], open_: Callable[[Json], bool]) -> list[tuple[str, str]]:
        return []


def home(path: Path, more: Mapping[str, str] | None = None) -> Path:
    """A repository with these flows."""
    flows = {f"laneshift/flows/{name}.toml": text for name, text in FLOWS.items()}
    repo_at(path, {"laneshift.toml": "", "a.py": "", **flows, **(more or {})})
    return path


def asked(shop: Workshop, name: str, by: str = "ada@example.org") -> Run:
    """A run that nobody works on yet."""
    library = Library(shop.repository)
    return records.start(shop, library.with_parts(library.get(name)), name, {}, by)


def worked(path: Path, until: Callable[[dict[str, Run]], bool]) -> None:
    """Work on what was asked for in this process, until `until` holds."""
    serve_flows(shop_at(path), Told(), 2, threading.Event(), until=until)


def lived(path: Path) -> dict[str, str]:
    """Run the flows at `path`: the ids of runs by how they stand: waiting, done, failed, cancelled and asked."""
    shop = shop_at(path)
    found = {name: asked(shop, "greet").id for name in ("waiting", "done", "cancelled")}
    found["failed"] = asked(shop, "fails").id
    records.signal(shop, found["done"], "go", {"yes": True}, "ada@example.org", id_="first")
    worked(path, lambda runs: all(run.over or run.standing == "waiting" for run in runs.values()))
    records.cancel(shop, found["cancelled"], "ada@example.org")
    worked(path, lambda runs: runs[found["cancelled"]].over)
    found["asked"] = asked(shop, "greet").id
    assert {name: flow_run(shop.journal, run).standing for name, run in found.items()} == {n: n for n in found}
    return found
