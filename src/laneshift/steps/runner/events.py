"""From the events of the pytest plugin to the outcome of every test: a pure fold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_WORST_FIRST = ("failed", "error", "lost", "xpassed", "passed", "xfailed", "skipped")
_LONGEST = 1 << 50


@dataclass(slots=True)
class _Test:
    """The phases of the attempt that is going on, and the worst outcome of those before it."""

    setup: str = ""
    call: str = ""
    teardown: str = ""
    begun: bool = False
    ended: bool = False
    earlier: list[str] = field(default_factory=list)

    def outcome(self) -> str:
        """How the test ended, seen over all its phases and attempts under one id."""
        return min([*self.earlier, self._current()], key=_WORST_FIRST.index)

    def again(self) -> None:
        """A second test with the same id begins."""
        if self.begun:
            self.earlier.append(self._current())
        self.setup = self.call = self.teardown = ""
        self.begun, self.ended = True, False

    def _current(self) -> str:
        if self.call == "failed":
            return "failed"
        if "failed" in (self.setup, self.teardown):
            return "error"
        if not self.ended:
            return "lost"
        return self.call or self.setup or "lost"


@dataclass(frozen=True, slots=True)
class Session:
    """What a session told. `unstarted` were collected and never begun; `foreign` are files of modules that
    were imported from the user's work tree; `finished` is whether the session ended by itself. `collection` is what the
    whole suite is, told by a shard of it alone; `microseconds` is what the tests of each file took.
    """

    outcomes: Mapping[str, str]
    collected: frozenset[str]
    unstarted: tuple[str, ...]
    deselected: tuple[str, ...]
    collection_errors: tuple[str, ...]
    skipped_files: frozenset[str]
    foreign: tuple[str, ...]
    finished: bool
    unreadable: int
    collection: frozenset[str] = frozenset()
    microseconds: Mapping[str, int] = field(default_factory=dict)


def read(lines: Iterable[bytes]) -> Session:
    """Fold the lines of an events file. Lines that are no event are counted in `unreadable`, not dropped."""
    tests: dict[str, _Test] = {}
    ids: dict[str, set[str]] = {
        "collected": set(),
        "collection": set(),
        "deselected": set(),
        "collect-error": set(),
        "collect-skipped": set(),
    }
    foreign: set[str] = set()
    took: Counter[str] = Counter()
    finished, unreadable = False, 0
    for event in _parsed(lines):
        match event:
            case {"event": "collected" | "collection" | "deselected" as kind, "ids": list(named)}:
                ids[kind].update(str(name) for name in named)
            case {"event": "collect-error" | "collect-skipped" as kind, "id": str(name)}:
                ids[kind].add(name)
            case {"event": "start" | "phase" | "end" as kind, "id": str(name), **facts}:
                _advance(tests.setdefault(name, _Test()), kind, facts)
                took[name.partition("::")[0]] += _microseconds(facts)
            case {"event": "foreign", "paths": list(paths)}:
                foreign.update(str(path) for path in paths)
            case {"event": "finish"}:
                finished = True
            case _:
                unreadable += 1
    return Session(
        outcomes={name: test.outcome() for name, test in tests.items()},
        collected=frozenset(ids["collected"]),
        unstarted=tuple(sorted(ids["collected"] - tests.keys())),
        deselected=tuple(sorted(ids["deselected"] - tests.keys())),
        collection_errors=tuple(sorted(ids["collect-error"])),
        skipped_files=frozenset(ids["collect-skipped"]),
        foreign=tuple(sorted(foreign)),
        finished=finished,
        unreadable=unreadable,
        collection=frozenset(ids["collection"]),
        microseconds=dict(took),
    )


def _advance(test: _Test, kind: str, facts: Mapping[str, Any]) -> None:
    if kind == "start":
        test.again()
        return
    test.begun = True
    if kind == "end":
        test.ended = True
        return
    outcome = _phase(facts)
    if outcome is None:
        return
    when = facts.get("when")
    if when == "setup":
        test.setup = outcome if outcome != "passed" else ""
    elif when == "teardown":
        test.teardown = outcome
        test.ended = True
    elif test.call != "failed":
        # Subtests report in the phase of their test; a red one stays. xdist reports a crashed worker here as well.
        test.call = outcome


def _microseconds(facts: Mapping[str, Any]) -> int:
    found = facts.get("microseconds")
    return found if type(found) is int and 0 < found < _LONGEST else 0


def _phase(facts: Mapping[str, Any]) -> str | None:
    """The outcome of one phase; None for an attempt that a rerun plugin repeats."""
    outcome, expected = facts.get("outcome"), facts.get("xfail") is True
    match outcome:
        case "passed":
            return "xpassed" if expected and facts.get("when") == "call" else "passed"
        case "skipped":
            return "xfailed" if expected else "skipped"
        case "rerun":
            return None
        case _:
            return "failed"


def _parsed(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            event = None
        yield event if isinstance(event, dict) else {}
