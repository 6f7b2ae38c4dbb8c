"""A pytest plugin that tells every event of a session as one JSON object a line, as it happens.

It runs in the project's interpreter, loaded with `-p`, with the standard library and pytest alone, and works with any
pytest from 6 on and under xdist: the controller tells collection and outcomes, each worker what it deselected. Lines
are appended with single writes, so that a process that ends in any way leaves whole lines behind.

Environment: LANESHIFT_EVENTS is the file to append to, LANESHIFT_ROOT the folder that ids are made relative to, and
LANESHIFT_SELECTION, where set, a JSON list of the ids to run, relative to that folder. LANESHIFT_FOREIGN, where set, is
the user's own work tree: code imported from there was not the code under test. LANESHIFT_TRACES, where set, is the file
that the tracer beside this plugin appends to. LANESHIFT_SHARD, where set, is the file that says which part of the whole
suite this session runs; the shard beside this plugin keeps it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

_EVENTS = "LANESHIFT_EVENTS"
_ROOT = "LANESHIFT_ROOT"
_SELECTION = "LANESHIFT_SELECTION"
_FOREIGN = "LANESHIFT_FOREIGN"
_TRACES = "LANESHIFT_TRACES"
_TRACER = "laneshift_pytest_tracer"
_SHARD = "LANESHIFT_SHARD"
_KEEPER = "laneshift_pytest_shard"
_IDS_A_LINE = 500
_FOREIGN_NAMED = 20


class Teller:
    """Writes the events of one session and narrows its tests to the selection."""

    def __init__(self, config: pytest.Config, events: str, root: str, selection: str | None) -> None:
        self.file = os.open(events, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.root = root
        self.controls = not hasattr(config, "workerinput")
        prefix = os.path.relpath(config.rootpath, root).replace(os.sep, "/")
        self.prefix = "" if prefix == "." else f"{prefix}/"
        self.grouped = config.getoption("dist", "no") == "loadgroup"
        chosen = None if selection is None else json.loads(Path(selection).read_text("utf-8"))
        self.chosen = None if chosen is None else frozenset(chosen)

    def tell(self, event: str, **facts: Any) -> None:
        """Append one event."""
        line = json.dumps({"event": event, **facts}).encode() + b"\n"
        while line:
            line = line[os.write(self.file, line) :]

    def tell_ids(self, event: str, items: Iterable[pytest.Item]) -> None:
        """Append the ids of `items`, in lines of bounded length."""
        ids = [self.name(item.nodeid) for item in items]
        for start in range(0, len(ids), _IDS_A_LINE):
            self.tell(event, ids=ids[start : start + _IDS_A_LINE])

    def name(self, nodeid: str) -> str:
        """An id relative to the root of the checkout, wherever pytest put its own root."""
        path, separator, inner = nodeid.partition("::")
        if self.grouped:
            inner = without_group(inner)
        return os.path.normpath(self.prefix + path).replace(os.sep, "/") + separator + inner

    def is_chosen(self, nodeid: str) -> bool:
        """Whether a selected id is this test, a class, file or folder around it, or the function it varies."""
        if self.chosen is None:
            return True
        name = self.name(nodeid)
        return any(part in self.chosen for part in within(name))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what was selected, before the project's own hooks order and deselect."""
        if self.chosen is not None:
            items[:] = [item for item in items if self.is_chosen(item.nodeid)]

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        """Tell what the project's own options leave out."""
        self.tell_ids("deselected", items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell a file or class that could not be collected, or skipped itself as a whole."""
        if self.controls and report.failed:
            self.tell("collect-error", id=self.name(report.nodeid))
        elif report.skipped:
            self.tell("collect-skipped", id=self.name(report.nodeid))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the ids that will run; under xdist each worker tells the same ones."""
        self.tell_ids("collected", session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell that a test begins."""
        if self.controls:
            self.tell("start", id=self.name(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell how one phase of a test ended."""
        if self.controls:
            expected, name = hasattr(report, "wasxfail"), self.name(report.nodeid)
            took = int(report.duration * 1_000_000)
            self.tell("phase", id=name, when=report.when, outcome=report.outcome, xfail=expected, microseconds=took)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell that a test has ended."""
        if self.controls:
            self.tell("end", id=self.name(nodeid))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Tell that the session came to its own end, and which modules came from the wrong place."""
        foreign = _foreign_modules(os.environ.get(_FOREIGN), self.root)
        if foreign:
            self.tell("foreign", paths=foreign)
        if self.controls:
            self.tell("finish", status=int(exitstatus))


def pytest_configure(config: pytest.Config) -> None:
    """Start telling, where laneshift asks for it."""
    events, root = os.environ.get(_EVENTS), os.environ.get(_ROOT)
    if events and root:
        teller = Teller(config, events, root, os.environ.get(_SELECTION))
        config.pluginmanager.register(teller, "laneshift-teller")
        if traces := os.environ.get(_TRACES):
            tracer = importlib.import_module(_TRACER).Tracer(traces, root, teller.name)
            config.pluginmanager.register(tracer, "laneshift-tracer")
        if told := os.environ.get(_SHARD):
            keeper = importlib.import_module(_KEEPER).Shard(told, teller.name, teller.tell_ids)
            config.pluginmanager.register(keeper, "laneshift-shard")


@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests() -> Generator[None, Any, None]:
    """Tell the folder whose conftest cannot be imported: there is no session yet that could."""
    outcome = yield
    error = outcome.excinfo[1] if outcome.excinfo else None
    path, events, root = getattr(error, "path", None), os.environ.get(_EVENTS), os.environ.get(_ROOT)
    # An empty path is what pytest gives to a session that it could not even configure.
    if not path or not events or not root:
        return
    folder = os.path.relpath(Path(path).absolute().parent, root).replace(os.sep, "/")
    with Path(events).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"event": "collect-error", "id": folder}) + "\n")


def _foreign_modules(work_tree: str | None, root: str) -> list[str]:
    """Files of imported modules that lie in the user's work tree and not in the checkout; installed packages do not."""
    if not work_tree:
        return []
    found = []
    # This file lies in a folder of the run's scratch folder, which is laneshift's own wherever it is.
    own = (root + os.sep, str(Path(__file__).parents[1]) + os.sep)
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or not path.startswith(work_tree + os.sep) or path.startswith(own):
            continue
        if not path.startswith(sys.prefix + os.sep) and not {"site-packages", "dist-packages"} & set(Path(path).parts):
            found.append(path)
    return sorted(found)[:_FOREIGN_NAMED]


def without_group(inner: str) -> str:
    """The inner part of an id without the `@group` that xdist appends to it."""
    start = inner.rfind("]") + 1
    return inner[:start] + inner[start:].partition("@")[0]


def within(name: str) -> Iterable[str]:
    """`name` and every id around it: without its parameters, its class, its file and each folder."""
    yield name
    path, *inner = name.split("::")
    # Parameters can hold `::` and brackets; they start at the first bracket behind the path.
    bare = name[len(path) :].partition("[")[0]
    if inner:
        inner = bare.split("::")[1:]
    while inner:
        yield "::".join([path, *inner])
        inner.pop()
    while path:
        yield path
        path = path.rpartition("/")[0]
