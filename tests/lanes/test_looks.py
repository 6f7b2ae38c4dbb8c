"""What is kept of a look or of verdicts is what was found, and is asked for again when the rules are others."""

from __future__ import annotations

import datetime as dt

import pytest

from laneshift import config
from laneshift.code.index import Index
from laneshift.lanes.answers import keep, load
from laneshift.lanes.contracts.kept import verdicts_of
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.verdicts import Breach, Step, Verdict
from laneshift.lanes.looks import Look, look_at
from laneshift.lanes.model import Lanes
from laneshift.lanes.shims import Shim
from laneshift.repo.objects import Tree
from laneshift.runs.lane_check import Atlases, look
from tests.lanes.ground import LANES, repository, tree_with

TEXT = "import labs.a\nimport tools.t\n\n\ndef f(name):\n    return __import__(name)\n"
FILES = {
    "core/x.py": TEXT,
    "core/bad.py": "if x: import labs.a\nprint 'x'\n",
    "core/pass_on.py": "from labs.a import X\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    repo = repository(tmp_path_factory.mktemp("looks") / "repo", {**FILES, "tools/t.py": "import labs.a\n"})
    return tree_with(repo.tree("HEAD"), {}, {"core/out": "/elsewhere"})


def never() -> Look:
    raise AssertionError("it was found before")


def test_a_kept_look_is_the_look(tree: Tree) -> None:
    first = look(Atlases(Index.open(tree.repository)), tree, LANES)
    assert {len(each.chain) for each in first.found} == {1, 2}
    assert first.coverage.scanned
    assert first.coverage.unchecked
    assert first.coverage.blind
    assert first.shims
    assert look_at(tree, LANES, [], never) == first


def test_other_rules_other_roots_and_other_trees_are_looked_at_again(tree: Tree) -> None:
    look(Atlases(Index.open(tree.repository)), tree, LANES)
    loose = Lanes.of({"labs": config.Lane(paths=["labs/**"]), "core": config.Lane(paths=["core/**"])})
    for lanes, roots, asked in ((loose, [], tree), (LANES, ["src"], tree), (LANES, [], tree_with(tree, {"n.py": ""}))):
        with pytest.raises(AssertionError, match="found before"):
            look_at(asked, lanes, roots, never)


def test_a_date_and_a_whole_verdict_come_back(tree: Tree) -> None:
    shim = Shim("core/pass_on.py", "core", ("labs",), dt.date(2030, 1, 31))
    whole = look(Atlases(Index.open(tree.repository)), tree, LANES)
    dated = Look(whole.found, (shim,), whole.coverage)
    assert look_at(tree, LANES, ["dated"], lambda: dated) == dated
    assert look_at(tree, LANES, ["dated"], never) == dated
    step = Step("core.x", "labs.a", (1, 2), ("runtime", "type-checking"))
    breach = Breach("core may not import labs", (step,))
    verdict = Verdict("one", "forbidden", "broken", (breach,), (breach,), "why", ("careful",))
    options = Options(".importlinter", {"root_package": "core"}, ({"name": "one"},))
    assert verdicts_of(tree, options, (), lambda: (verdict,)) == (verdict,)
    assert verdicts_of(tree, options, (), tuple) == (verdict,)
    other = Options(".importlinter", {"root_package": "labs"}, ({"name": "one"},))
    assert verdicts_of(tree, other, (), tuple) == ()


def test_answers_of_one_question_are_not_those_of_another(tree: Tree) -> None:
    keep(tree, "test", "a", {"x": "\udcff"})
    assert load(tree, "test", "a") == {"x": "\udcff"}
    assert load(tree, "test", "b") is None
    assert load(tree_with(tree, {"n.py": ""}), "test", "a") is None


def test_what_later_trees_go_on_from_is_not_dropped_for_them(tree: Tree) -> None:
    """It is kept once and asked for each time, so by the time when it was kept it would be the oldest."""
    keep(tree, "base", "a", "first")
    for number in range(10):
        keep(tree_with(tree, {"n.py": f"{number}\n"}), "base", "a", number)
        assert load(tree, "base", "a") == "first"
