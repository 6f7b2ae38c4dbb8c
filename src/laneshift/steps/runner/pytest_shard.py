"""Keeps of a session's tests those of one shard: whole files, balanced by what they took before.

It runs in the project's interpreter beside the plugin that tells events, with the standard library and pytest alone.
Every shard collects everything and lets the project's own hooks order and deselect it; only then is the rest left out.
Shards that saw the same tests, and were given the same times, so divide them the same way without talking.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

_EACH = 1000
"""Microseconds that a test is taken to cost besides: files of many quick tests are not free."""


class Shard:
    """Narrows one session. `told` is a file with a JSON object: `number` (from 0), `of`, and `microseconds` by file."""

    def __init__(self, told: str, name: Callable[[str], str], tell_ids: Callable[[str, Iterable[Any]], None]) -> None:
        part = json.loads(Path(told).read_text("utf-8"))
        self.number: int = part["number"]
        self.shards: int = part["of"]
        self.took: Mapping[str, int] = part["microseconds"]
        self.name = name
        self.tell_ids = tell_ids

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, Any, None]:
        """After everybody else's hooks: tell what the whole suite is, then keep this shard's part of it."""
        yield
        self.tell_ids("collection", items)
        files = [file_of(self.name(item.nodeid)) for item in items]
        shard = divided(Counter(files), self.took, self.shards)
        items[:] = [item for item, file in zip(items, files, strict=True) if shard[file] == self.number]


def file_of(name: str) -> str:
    """The file that a test's id starts with."""
    return name.partition("::")[0]


def divided(tests: Mapping[str, int], took: Mapping[str, int], shards: int) -> dict[str, int]:
    """The shard, from 0 on, of each file: the longest first, each to the shard that has the least so far.

    `tests` is how many tests each file has, `took` the microseconds of files that ran before. Others are taken to be
    like those, test for test; where nothing ran before, files count by their tests. Integers alone decide, so that the
    same data give the same shards on every machine.
    """
    known = {file: count for file, count in tests.items() if file in took}
    spent, ran = sum(took[file] for file in known), sum(known.values())
    usual = spent // ran if ran else 0
    weight = {file: took.get(file, count * usual) + count * _EACH for file, count in tests.items()}
    loads = [0] * shards
    found = {}
    for file in sorted(weight, key=lambda file: (-weight[file], file)):
        least = loads.index(min(loads))
        found[file] = least
        loads[least] += weight[file]
    return found
