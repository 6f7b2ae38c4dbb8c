"""On real reports: a module at 1 % fails however its name is spelled, and no name matches half a part of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.config.coverage import module_parts
from laneshift.reports.coverage.lines import Lines, Measured
from laneshift.reports.coverage.thresholds import Asked, longest
from tests.reports.coverage.scene import PROJECTS, codes, judged, recorded, tree_of

_LARGE = 100
"""Modules from so many statements can be at 1 %."""


def spelled(path: str, package: str) -> Iterator[str]:
    """The names that people give to a module or package at `path`."""
    root = package.rpartition("/")[0]
    plain = path.removesuffix(".py").removesuffix("/__init__")
    yield from (path, f"./{path}", plain, f"./{plain}", f"{plain}/", plain.replace("/", "."), plain.replace("/", "\\"))
    if not path.endswith(".py"):
        yield from (f"{plain}/**", f"{plain}/*", f"{plain}/__init__.py", f"{plain.replace('/', '.')}.*")
    if root:
        inside = plain.removeprefix(f"{root}/")
        yield from (inside, inside.replace("/", "."), f"{inside}/", f"./{inside}")


def planted(found: Measured, below: str) -> Measured:
    """The report with 1 % of the statements below a path run."""

    def low(lines: Lines) -> Lines:
        kept = sorted(lines.statements)[: len(lines.statements) // 100]
        return replace(lines, run=frozenset(kept))

    inside = (below, f"{below}/")
    files = {
        name: low(lines) if name == inside[0] or name.startswith(inside[1]) else lines
        for name, lines in found.files.items()
    }
    return replace(found, files=files)


@pytest.mark.parametrize("kind", ["json", "xml"])
@pytest.mark.parametrize("project", PROJECTS)
def test_a_module_at_one_percent_fails_whatever_the_spelling(project: str, kind: str, tmp_path: Path) -> None:
    told, plain = recorded(project, kind), recorded(project, "json")
    tree = tree_of(tmp_path, plain)
    paths = {path for path, lines in plain.files.items() if len(lines.statements) >= _LARGE}
    places = {*paths, *("/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1))}
    tried = 0
    for place in sorted(places):
        low = planted(plain, place) if kind == "json" else _like(told, planted(plain, place))
        for name in spelled(place, PROJECTS[project]):
            found = judged(tree, low, thresholds={name: 50})
            assert ("coverage.below", name) in codes(found), name
            assert judged(tree, told, thresholds={name: 50}).passes, name
            tried += 1
    assert tried >= 15


def _like(told: Measured, wanted: Measured) -> Measured:
    """The report with the lines of another; both are of the same files, whatever they call them."""
    by_end = {name: next(path for path in wanted.files if path.endswith(name)) for name in told.files}
    return replace(told, files={name: wanted.files[path] for name, path in by_end.items()})


@pytest.mark.parametrize("project", PROJECTS)
def test_both_formats_tell_the_same(project: str, tmp_path: Path) -> None:
    one, other = recorded(project, "json"), recorded(project, "xml")
    tree = tree_of(tmp_path, one)
    first, second = (judged(tree, each, default=1) for each in (one, other))
    assert first.statements == second.statements
    assert first.branches == second.branches
    assert {each.path for each in first.modules} == {each.path for each in second.modules}
    assert first.statements.all > 400
    assert first.branches.all > 60


@pytest.mark.parametrize("project", PROJECTS)
def test_a_name_is_never_half_a_part(project: str, tmp_path: Path) -> None:
    found = recorded(project, "json")
    package = PROJECTS[project]
    name = package[:-1]
    result = judged(tree_of(tmp_path, found), found, thresholds={name: 1})
    assert codes(result) == {("coverage.nothing-there", name)}


_parts = st.lists(st.sampled_from(["core", "core_utils", "lukhas", "x", "y"]), max_size=4).map(tuple)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(_parts, min_size=1, max_size=3), st.lists(_parts, max_size=8, unique=True))
def test_longest_is_what_looking_at_every_name_finds(names: list[tuple[str, ...]], keys: list[tuple[str, ...]]) -> None:
    among = {parts: Asked("/".join(parts), parts, None, None) for parts in keys}
    left = {
        parts: min(len(name) - len(parts) for name in names if name[: len(parts)] == parts)
        for parts in keys
        if any(name[: len(parts)] == parts for name in names)
    }
    found = longest(names, among)
    assert (found is None) == (not left)
    if found is not None:
        assert left[found.parts] == min(left.values())


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.lists(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter("__init__".__ne__), min_size=1, max_size=5)
)
def test_every_spelling_has_the_same_parts(parts: list[str]) -> None:
    path = "/".join(parts)
    for name in spelled(path, f"{path}/__init__.py"):
        assert module_parts(name) == tuple(parts), name
