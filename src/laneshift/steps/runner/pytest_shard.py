"""Shares the tests of a whole suite among sessions: each takes the next file as soon as it is free.

It runs in the project's interpreter beside the plugin that tells events, with the standard library and pytest alone.
Every session collects everything, lets the project's own hooks order and deselect it, and tells what that came to.
Sessions that saw the same tests, and were given the same times, put the files into the same order, and the position of
a file that all of them inherited says how many are taken. Where somebody else runs the loop over the tests, as xdist
does, files are divided beforehand instead.
"""

from __future__ import annotations

import importlib
import json
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

_ROOT = "LANESHIFT_ROOT"
_REWRITING = "laneshift_pytest_rewriting"
_EACH = 1000
"""Microseconds that a test is taken to cost besides: files of many quick tests are not free."""


class Shard:
    """What one session runs. `told` is a file with a JSON object: `number` (from 0), `of`, `tickets` (a descriptor),
    `rewritten` (another) with its `inode`, and `microseconds` by file."""

    def __init__(self, told: str, name: Callable[[str], str], tell_ids: Callable[[str, Iterable[Any]], None]) -> None:
        part = json.loads(Path(told).read_text("utf-8"))
        importlib.import_module(_REWRITING).share(part, os.environ[_ROOT])
        self.number: int = part["number"]
        self.shards: int = part["of"]
        self.tickets: int = part["tickets"]
        self.took: Mapping[str, int] = part["microseconds"]
        self.process = os.getpid()
        self.name = name
        self.tell_ids = tell_ids

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> Generator[None, Any, None]:
        """After everybody else's hooks: tell what the whole suite is; keep a part of it where files are divided."""
        yield
        self.tell_ids("collection", items)
        if self.is_divided(session.config):
            files = [self.file(item) for item in items]
            shard = divided(Counter(files), self.took, self.shards)
            items[:] = [item for item, file in zip(items, files, strict=True) if shard[file] == self.number]

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the files that this session gets hold of, as pytest's own loop runs all."""
        if self.is_divided(session.config):
            return None
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            raise session.Interrupted(f"{session.testsfailed} error(s) during collection")
        if session.config.option.collectonly:
            return True
        files: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            files.setdefault(self.file(item), []).append(item)
        order = in_turn({file: len(tests) for file, tests in files.items()}, self.took)
        following = Following([files[file] for file in order], self.ticket)
        while group := following.items():
            following = following.then()
            for item, coming in zip(group, [*group[1:], following], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=coming)
                if session.shouldfail:
                    raise session.Failed(session.shouldfail)
                if session.shouldstop:
                    raise session.Interrupted(session.shouldstop)
        return True

    def ticket(self) -> int:
        """The number of the next file; none for a process that a test or a plugin forked, which runs no more tests."""
        return ticket_of(self.tickets) if os.getpid() == self.process else -1

    def file(self, item: pytest.Item) -> str:
        """The file of a test, relative to the root of the checkout."""
        return file_of(self.name(item.nodeid))

    def is_divided(self, config: pytest.Config) -> bool:
        """Whether somebody besides pytest and this plugin runs the loop over the tests."""
        loops = config.hook.pytest_runtestloop.get_hookimpls()
        wrapping = (loop for loop in loops if loop.hookwrapper or getattr(loop, "wrapper", False))
        known = {id(loop) for loop in wrapping}
        return any(
            id(loop) not in known and loop.plugin is not self and getattr(loop.plugin, "__name__", "") != "_pytest.main"
            for loop in loops
        )


class Following:
    """The file that a session runs next, taken when it is first asked for; stands for its first test until then.

    pytest wants to know the next test so as to keep the fixtures that both share. It asks while the last test of a file
    is torn down: a file that was taken earlier would wait for a session that is busy while others are free.
    """

    def __init__(self, files: Sequence[list[Any]], ticket: Callable[[], int]) -> None:
        self._files = files
        self._ticket = ticket
        self._taken: list[Any] | None = None

    def items(self) -> list[Any]:
        """The tests of the file; none when all files are taken."""
        if self._taken is None:
            number = self._ticket()
            self._taken = self._files[number] if 0 <= number < len(self._files) else []
        return self._taken

    def then(self) -> Following:
        """What follows this."""
        return Following(self._files, self._ticket)

    def __bool__(self) -> bool:
        return bool(self.items())

    def __getattr__(self, name: str) -> Any:
        return getattr(next(iter(self.items()), None), name)


def ticket_of(tickets: int) -> int:
    """The next number from 0 on, which nobody else gets: the kernel moves the shared position of a file as one step."""
    return os.lseek(tickets, 1, os.SEEK_CUR) - 1


def file_of(name: str) -> str:
    """The file that a test's id starts with."""
    return name.partition("::")[0]


def in_order(tests: Mapping[str, int], took: Mapping[str, int]) -> list[str]:
    """The files, the longest first: what is started last is then over soon."""
    weight = _weights(tests, took)
    return sorted(weight, key=lambda file: (-weight[file], file))


def in_turn(tests: Mapping[str, int], took: Mapping[str, int]) -> list[str]:
    """The files in the order in which sessions take them: the longest first, where the time of any is known.

    Else by their number of tests, from both ends in turn. Files with equally many are often of one kind: those that
    wait, left to the end, would leave the processors idle, which other files could have used meanwhile.
    """
    order = in_order(tests, took)
    if tests.keys() & took.keys():
        return order
    return [order[-1 - place // 2 if place % 2 else place // 2] for place in range(len(order))]


def divided(tests: Mapping[str, int], took: Mapping[str, int], shards: int) -> dict[str, int]:
    """The shard, from 0 on, of each file: the longest first, each to the shard that has the least so far."""
    weight = _weights(tests, took)
    loads = [0] * shards
    found = {}
    for file in in_order(tests, took):
        least = loads.index(min(loads))
        found[file] = least
        loads[least] += weight[file]
    return found


def _weights(tests: Mapping[str, int], took: Mapping[str, int]) -> dict[str, int]:
    """What each file is taken to cost. `tests` is how many tests it has, `took` the microseconds of earlier runs.

    Others are taken to be like those, test for test; where nothing ran before, files count by their tests. Integers
    alone decide, so that the same data give the same order on every machine.
    """
    known = {file: count for file, count in tests.items() if file in took}
    spent, ran = sum(took[file] for file in known), sum(known.values())
    usual = spent // ran if ran else 0
    return {file: took.get(file, count * usual) + count * _EACH for file, count in tests.items()}
