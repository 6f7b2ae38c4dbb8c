"""Which test files speak about a change, nearest first.

Tests are found by following imports backwards, and by name. In most packages `__init__` imports so much that nearly
every test reaches nearly every module; so a way through an `__init__`, or through the package that an import runs on
its way, counts as longer than a direct import, and only the order among tests tells them apart. What imports cannot
follow is named in the result: a selection is for quick checks and never replaces a full run.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from laneshift.code.facts import Facts
from laneshift.code.graph import ImportGraph
from laneshift.code.modules import is_package_file

_DIRECT = 1
_BY_CONFTEST = 2
_FAR = 4
_BY_NAME_ONLY = 3
_TEST_FOLDERS = frozenset({"test", "tests", "testing"})
_STEERING = frozenset({"conftest.py", "setup.py", "noxfile.py", "sitecustomize.py"})


@dataclass(frozen=True, slots=True)
class SelectedTest:
    """One test file. `distance` is the length of the way to the change; 0 is the change itself."""

    path: str
    distance: int
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Test files, nearest first; how many there were before the limit; and what asks for a full run instead."""

    tests: tuple[SelectedTest, ...]
    reachable: int
    blind: tuple[tuple[str, str], ...]


def select_tests(
    graph: ImportGraph,
    facts: Mapping[str, Facts],
    changed: Iterable[str],
    limit: int,
    within: Collection[str] = (),
) -> Selection:
    """The test files nearest to `changed`, which names paths or modules of the graph's tree.

    With `within`, folders and files, only tests there: what the whole suite never runs, such as the tests of an example
    that needs more than this repository, says nothing about a change either.
    `reachable` counts the files that are tests by their name; of these, files without a test function are left out of
    `tests`. Equal distances put tests named for the change first, then those whose path shares words with it, and the
    rest is ordered by path.
    """
    starts, blind = _starts(graph, sorted(set(changed)))
    ways = _ways(graph, starts)
    found = {path: way for path, way in _candidates(graph, ways) if _looks_like_a_test(path)}
    for node in starts:
        for path in _named_for(graph, node):
            reason = f"named for {node}"
            before = found.get(path)
            found[path] = (_BY_NAME_ONLY, reason) if before is None else (before[0], f"{before[1]}; {reason}")
    words = {word for node in starts for word in node.removesuffix(".py").replace("/", ".").split(".")}
    ordered = sorted(
        (distance, "named for" not in reason, _strangeness(path, words), path, reason)
        for path, (distance, reason) in found.items()
    )
    tests = (
        SelectedTest(path, distance, reason)
        for distance, _, _, path, reason in ordered
        if facts[path].is_test and _is_within(path, within)
    )
    return Selection(tuple(test for test, _ in zip(tests, range(limit), strict=False)), len(found), blind)


def _is_within(path: str, folders: Collection[str]) -> bool:
    named = [PurePosixPath(each) for each in folders]
    return not named or any(PurePosixPath(path).is_relative_to(each) for each in named)


def why_unselected(everything: Selection, path: str, limit: int) -> str:
    """Why the test file `path` was not among the first `limit` of `everything`, a selection without a limit."""
    for place, test in enumerate(everything.tests, start=1):
        if test.path == path:
            return f"it is number {place} of {len(everything.tests)} ({test.reason}); tests.selection_limit is {limit}"
    said = "".join(f"; {one}: {why}" for one, why in everything.blind)
    return f"no import and no name leads from it to the change, as with a name that is computed when it runs{said}"


def _starts(graph: ImportGraph, changed: Iterable[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The nodes that changed, and the changes that imports say nothing about."""
    starts: list[str] = []
    blind: list[tuple[str, str]] = []
    for one in changed:
        path = one if one in graph.resolved else graph.path(one)
        if path is not None:
            starts.append(graph.node(path))
            if PurePosixPath(path).name in _STEERING:
                blind.append((one, "steers how tests are collected or run"))
        elif one.endswith(".py"):
            blind.append((one, "not in this tree: imports of it do not resolve"))
        else:
            blind.append((one, "not a Python module: what reads it is not seen in imports"))
    return tuple(starts), tuple(blind)


def _ways(graph: ImportGraph, starts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Every node that reaches a start: length of the shortest way, and the next node on it."""
    ways: dict[str, tuple[int, str]] = {}
    heap = [(0, node, "") for node in starts]
    heapq.heapify(heap)
    while heap:
        distance, node, towards = heapq.heappop(heap)
        if node in ways:
            continue
        ways[node] = (distance, towards)
        for length, importer in _importers(graph, node):
            if importer not in ways:
                heapq.heappush(heap, (distance + length, importer, node))
    return ways


def _importers(graph: ImportGraph, node: str) -> Iterator[tuple[int, str]]:
    path = graph.path(node)
    for edge in graph.importers(node):
        far = is_package_file(edge.path) or edge.kind == "type-checking"
        yield _FAR if far else _DIRECT, edge.importer
    if path is None:
        return
    if is_package_file(path):
        for importer in graph.importers_below(node):
            yield _FAR, importer
    if PurePosixPath(path).name == "conftest.py":
        for test in graph.files_below(path.rpartition("/")[0]):
            yield _BY_CONFTEST, graph.node(test)


def _candidates(graph: ImportGraph, ways: Mapping[str, tuple[int, str]]) -> Iterator[tuple[str, tuple[int, str]]]:
    for node, (distance, towards) in ways.items():
        path = graph.path(node)
        if path is not None:
            reason = "changed" if not distance else f"reaches it through {towards}" if ways[towards][0] else ""
            yield path, (distance, reason or f"imports {towards}")


def _named_for(graph: ImportGraph, node: str) -> Iterator[str]:
    """Test files with the name of a module: `test_name.py`, `name_test.py`, and with its package before it."""
    parts = node.removesuffix(".py").replace("/", ".").split(".")
    stem, package = parts[-1], parts[-2] if len(parts) > 1 else ""
    for name in sorted({f"test_{stem}.py", f"{stem}_test.py", f"test_{package}_{stem}.py"}):
        yield from graph.files_named(name)


def _strangeness(path: str, words: set[str]) -> int:
    """Smaller the more words of the changed modules a path shares."""
    return -len(words.intersection(re.split(r"[/._]", path)))


def _looks_like_a_test(path: str) -> bool:
    """Whether a file is a test by its name or its folder; `conftest.py` and `__init__.py` are none."""
    place = PurePosixPath(path)
    if place.name in {"conftest.py", "__init__.py"}:
        return False
    stem = place.stem
    named = stem in _TEST_FOLDERS or stem.startswith("test") or stem.endswith(("_test", "_tests"))
    return named or not _TEST_FOLDERS.isdisjoint(place.parts[:-1])
