"""Sections from what other rooms measure: nothing measured is an error, and circles are those that networkx finds."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.index import Index
from laneshift.config.health import Health as Limits
from laneshift.errors import CheckFailed
from laneshift.gates.sandbox import COMMAND, RunResult, SuiteResult
from laneshift.manifests.contracts.check import Report as Contracts
from laneshift.manifests.coverage import Coverage
from laneshift.manifests.cycles import circles
from laneshift.manifests.world import world_of
from laneshift.reports.health import imports, pages, repository, tests_run
from laneshift.reports.health.model import Health, State, errored, judged, rate
from tests.repo.builders import repo_at

LIMITS = Limits()


def test_nothing_looked_at_is_an_error() -> None:
    with pytest.raises(CheckFailed, match="no Python file"):
        repository.lanes(repository.Lanes(0, 0, 0, 0, 0, 0, 0), LIMITS)
    with pytest.raises(CheckFailed, match="no module"):
        repository.manifests(Coverage(0, 0, (), 0, 0.99))
    with pytest.raises(CheckFailed, match="no contract"):
        repository.contracts(Contracts((), ()))


@pytest.mark.parametrize("at", range(2, 7))
def test_each_fault_of_lanes_fails(at: int) -> None:
    numbers = [5, 5, 0, 0, 0, 0, 0]
    numbers[at] = 1
    found = repository.lanes(repository.Lanes(*numbers), LIMITS)
    # Known violations may stay, unless the settings say how many.
    assert found.state is (State.PASSED if at == 3 else State.FAILED)
    assert repository.lanes(repository.Lanes(*numbers), Limits(known_violations=0)).state is State.FAILED


def suite(outcomes: dict[str, str], code: int = 0, *, late: bool = False, broken: tuple[str, ...] = ()) -> SuiteResult:
    return SuiteResult(RunResult(code, "", 1.0, late), outcomes, broken)


def test_pass_rates_leave_out_what_was_skipped() -> None:
    found = tests_run.of_suite(suite({"a": "passed", "b": "skipped", "c": "failed", "d": "lost"}, 1), "suite")
    assert (found.passed, found.ran, found.skipped, found.red) == (1, 3, 1, ("c", "d"))


@pytest.mark.parametrize(
    "result",
    [
        suite({}),
        suite({}, 5),
        suite({"a": "skipped"}),
        suite({"a": "passed"}, 0, late=True),
        suite({"a": "passed"}, -9),
        suite({"a": "passed"}, 2),
        suite({"a": "passed"}, 1, broken=("tests/test_b.py",)),
        suite({COMMAND: "passed"}),
    ],
)
def test_a_suite_that_tells_nothing_is_an_error(result: SuiteResult) -> None:
    with pytest.raises(CheckFailed):
        tests_run.of_suite(result, "suite")


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), max_size=6))
def test_circles_are_those_of_networkx(edges: dict[str, set[str]]) -> None:
    graph = nx.DiGraph([(a, b) for a, targets in edges.items() for b in targets])
    wanted = {tuple(sorted(each)) for each in nx.strongly_connected_components(graph) if len(each) > 1}
    assert set(circles(edges)) == wanted


def test_only_circles_that_are_felt_when_modules_load_count(tmp_path: Path) -> None:
    late = "def f():\n    import p.a\n    return p.a\n"
    typed = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import p.c\n"
    files = {"p/__init__.py": "", "p/a.py": "import p.b\n", "p/b.py": late, "p/c.py": "import p.d\n", "p/d.py": typed}
    files |= {"p/e.py": "import p.f\n", "p/f.py": "import p.e\n", "p/g.py": "from p import gone\nimport p.lost\n"}
    made = repo_at(tmp_path, files)
    tree = made.tree("HEAD")
    with Index.open(made) as index:
        found = imports.look(tree, index, world_of(tree, index).graph)
    assert found.cycles == (("p.e", "p.f"),)
    assert ("p/g.py", "p.lost") in found.unresolved
    told = imports.section(found, LIMITS)
    assert told.state is State.FAILED
    assert "circle of 2: p.e, p.f" in told.notes


def test_nothing_in_the_pages_is_markup() -> None:
    bad = "<script>alert(1)</script> | *x* \x1b[31m"
    section = judged("unit", [rate("passed", bad, 1, 2)], [bad], [(bad, 3)])
    report = Health("0" * 40, 0, (section, errored("smoke", bad)))
    for text in (pages.html(report), pages.markdown(report)):
        assert "<script" not in text
        assert "\x1b" not in text
    assert "*x*" not in pages.markdown(report)
