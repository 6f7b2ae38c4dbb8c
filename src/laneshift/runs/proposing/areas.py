"""What the folders of a repository are for, told by their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

TESTS = frozenset({"test", "tests"})
BESIDE = frozenset(
    {"bench", "benchmarks", "demo", "demos", "doc", "docs", "example", "examples", "samples", "tutorials"}
)
"""Folders with code that nobody imports."""
ROOT_NAMES = frozenset({"src", "lib", "python"})

_LEVELS = {
    "experimental": re.compile(
        "labs?|experiment(al|s)?|candidates?|sandbox|incubat(or|ing)|prototypes?|playground|research|scratch|poc|wip"
    ),
    "production": re.compile("serv(e|ing)|prod(uction)?|released|stable"),
    "integration": re.compile("core|common|contrib|shared|platform|integration"),
}
"""The names by which a folder tells the level of its lane."""


def level_of(name: str) -> str:
    """The level that a folder's name tells, empty for most."""
    plain = name.strip("_-.").lower()
    return next((level for level, names in _LEVELS.items() if names.fullmatch(plain)), "")


def test_area(path: str, packages: Collection[str]) -> str:
    """The outermost folder of tests above `path`, empty for none. One inside a package is part of that package."""
    parts = path.split("/")[:-1]
    for count, part in enumerate(parts, start=1):
        folder = "/".join(parts[:count])
        if part.lower() in TESTS:
            return folder
        if folder in packages:
            return ""
    return ""


def is_beside(path: str) -> bool:
    """Whether `path` lies in a folder of documentation, examples or measurements."""
    return any(part.lower() in BESIDE for part in path.split("/")[:-1])


def is_named_as_test(path: str) -> bool:
    """Whether pytest and unittest would look into a file of this name."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py") or name == "tests.py")


def packages_of(python: Iterable[str]) -> frozenset[str]:
    """The folders that are packages by their marker."""
    return frozenset(path.removesuffix("/__init__.py") for path in python if path.endswith("/__init__.py"))


def topmost(packages: Collection[str]) -> list[str]:
    """The packages whose parent folder is none, sorted."""
    return sorted(each for each in packages if each.rpartition("/")[0] not in packages)


def above(path: str) -> list[str]:
    """The folders that contain `path`, outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
