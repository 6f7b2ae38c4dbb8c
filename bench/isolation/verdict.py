"""Which red tests are those of the deleted part, by what they reached for. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple


class Reach(NamedTuple):
    """Who asked for something of the lane: in which test, for what, and the place of the asking code."""

    test: str
    asked: str
    file: str
    line: int
    function: str


class Judged(NamedTuple):
    """Red tests that reached for the deleted part, each with the call that did, and those that did not."""

    deleted: Mapping[str, Reach]
    broken: Mapping[str, str]


def reaches(lines: Iterable[str]) -> list[Reach]:
    """What the plugin wrote."""
    return [Reach(**json.loads(line)) for line in lines if line.strip()]


def judge(red: Mapping[str, str], told: Iterable[Reach], production: Collection[str]) -> Judged:
    """Part the red tests. `production` are the files that must import without the lane: a module of them that reaches
    for it at its top is broken, whatever test found it out.
    """
    by_test: dict[str, list[Reach]] = {}
    for each in told:
        by_test.setdefault(each.test, []).append(each)
    deleted, broken = dict[str, Reach](), dict[str, str]()
    for test, why in red.items():
        found = [*by_test.get(test, []), *by_test.get(test.partition("::")[0], [])]
        atop = [each for each in found if each.function == "<module>" and each.file in production]
        if found and not atop:
            deleted[test] = found[0]
        else:
            broken[test] = f"{atop[0].file}:{atop[0].line} asks when it is imported" if atop else why
    return Judged(deleted, broken)
