"""A plugin for the project's own pytest: which test reaches for the lane, from which line, told as it happens.

It rests on the standard library alone and is copied into the environment of the run. Reaching is an import of the lane
that is tried while a test runs (or its file is collected), by whatever means, or a question to the registry. Variables:
ISOLATION_LANE, ISOLATION_OUT (a file of JSON lines) and, for providers, ISOLATION_REGISTRY; ISOLATION_START is what the
program would have the registry start with.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Generator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

_LANE = os.environ["ISOLATION_LANE"]
_OUT = Path(os.environ["ISOLATION_OUT"])
_ROOT = str(Path.cwd())
_now = [""]


def _note(asked: str, frame: FrameType | None) -> None:
    """Write down who asks: the nearest frame that is neither import machinery nor this file."""
    while frame is not None and ("importlib" in frame.f_code.co_filename or frame.f_code.co_filename == __file__):
        frame = frame.f_back
    code = frame.f_code if frame is not None else None
    file = code.co_filename.removeprefix(_ROOT + os.sep) if code is not None else ""
    told = {
        "test": _now[0],
        "asked": asked,
        "file": file,
        "line": frame.f_lineno if frame is not None else 0,
        "function": code.co_name if code is not None else "",
    }
    with _OUT.open("a", encoding="utf-8") as out:
        out.write(json.dumps(told) + "\n")


class _Finder:
    """Finds nothing, and notes every import of the lane that nothing has answered yet."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - the protocol
        if name == _LANE or name.startswith(_LANE + "."):
            _note(name, sys._getframe(1))
        return None


class _Watched(dict[str, Any]):
    """What a registry has, noting who asks for it. Production code has bound its functions long ago."""

    def __contains__(self, name: object) -> bool:
        frame = sys._getframe(1)
        if frame.f_code.co_name == "provided":
            _note(str(name), frame.f_back)
        return super().__contains__(name)


def _watch_registry(name: str) -> None:
    registry: Any = importlib.import_module(name)
    registry._FACTORIES = _Watched(registry._FACTORIES)
    registry.start(os.environ["ISOLATION_START"])


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    """What is reached for from here on is this test's."""
    _now[0] = item.nodeid
    yield
    _now[0] = ""


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, None]:
    """What the file of a test reaches for while it is imported is its own."""
    _now[0] = collector.nodeid
    yield
    _now[0] = ""


if os.environ.get("ISOLATION_REGISTRY"):
    _watch_registry(os.environ["ISOLATION_REGISTRY"])
sys.meta_path.insert(0, _Finder())
