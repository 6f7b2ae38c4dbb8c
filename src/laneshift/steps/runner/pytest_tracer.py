"""Which files of the checkout each test runs code of: written as one JSON object a line, as tests end.

It runs in the project's interpreter beside the plugin that tells events, with the standard library and pytest alone.
Calls of Python functions are counted and no lines, which a trace function that answers None costs little for. Code that
ran when a module was imported belongs to the test that imported it first, if it was imported inside a test at all; what
other processes run is not seen. Where someone else traces already, a coverage tool perhaps, nothing is recorded.

A line is {"id": test, "new": names that have not been told before, "ran": numbers of names in the order of telling};
numbers are this process's own, so each line also has its "pid".
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Generator
from types import CodeType, FrameType
from typing import Any

import pytest


class Tracer:
    """Traces one session. `name` makes an id relative to the checkout at `root`."""

    def __init__(self, file: str, root: str, name: Callable[[str], str]) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.root = os.path.join(root, "")  # noqa: PTH118 - a text that names start with, no path
        self.name = name
        self.numbers: dict[str, int] = {}
        self.codes: set[CodeType] = set()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Trace one test with its fixtures."""
        if sys.gettrace() is not None:
            yield
            return
        self.codes.clear()
        sys.settrace(self.called)
        threading.settrace(self.called)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.tell(self.name(item.nodeid))

    def called(self, frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG002 - as trace functions are
        """Note the code that begins to run; None, so that its lines are not traced."""
        self.codes.add(frame.f_code)

    def tell(self, test: str) -> None:
        """Append what the test ran."""
        names = {code.co_filename for code in self.codes.copy()}
        ran = sorted(name[len(self.root) :] for name in names if name.startswith(self.root))
        new = [name for name in ran if name not in self.numbers]
        for name in new:
            self.numbers[name] = len(self.numbers)
        told = {"id": test, "pid": os.getpid(), "new": new, "ran": [self.numbers[name] for name in ran]}
        line = json.dumps(told).encode() + b"\n"
        while line:
            line = line[os.write(self.file, line) :]
