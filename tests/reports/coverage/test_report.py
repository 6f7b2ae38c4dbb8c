"""What stands against a report: low modules, missing data, lost branches, changed lines, and the ratchet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.reports.coverage import ratchet
from laneshift.reports.coverage.lines import Lines, Measured
from laneshift.reports.coverage.measuring import Compared
from laneshift.reports.coverage.report import Count
from tests.repo.builders import commit_files, repo_at
from tests.reports.coverage.scene import codes, judged, measured, settings, source, tree_of, with_branches

FILES = {"core/a.py": (100, 99), "core/b.py": (1, 0), "core_utils/c.py": (10, 1), "core/deep/d.py": (10, 5)}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return tree_of(tmp_path, measured(FILES))


def test_statements_are_summed_up_and_never_percentages(tree: Tree) -> None:
    found = judged(tree, measured(FILES), thresholds={"core": 93})
    [group] = [each for each in found.groups if each.asked.name == "core"]
    assert group.statements == Count(111, 104)
    assert group.statements.percent == "93.69"
    assert found.passes
    assert codes(judged(tree, measured(FILES), thresholds={"core": 93.7})) == {("coverage.below", "core")}


def test_the_longest_prefix_wins_and_takes_its_modules_with_it(tree: Tree) -> None:
    found = judged(tree, measured(FILES), thresholds={"core": 98, "core.deep": 50, "core_utils/": 10})
    assert found.passes
    by_name = {each.asked.name: each.modules for each in found.groups}
    assert by_name == {"core": 2, "core.deep": 1, "core_utils/": 1}
    assert codes(judged(tree, measured(FILES), thresholds={"core": 98, "core.deep": 51})) == {
        ("coverage.below", "core.deep")
    }


def test_a_module_without_data_fails_by_name(tree: Tree) -> None:
    without = {name: counts for name, counts in FILES.items() if name != "core/b.py"}
    found = judged(tree, measured(without), thresholds={"core": 1})
    assert codes(found) == {("coverage.no-data", "core/b.py")}
    assert judged(tree, measured(without), thresholds={"core_utils": 1}).passes
    assert judged(tree, measured(without), thresholds={"core": 1}, exclude=["core/b.py"]).passes
    hollow = replace(measured(FILES), files={**measured(FILES).files, "core/b.py": Lines(frozenset(), frozenset())})
    assert codes(judged(tree, hollow, thresholds={"core": 1})) == {("coverage.no-data", "core/b.py")}


def test_what_python_cannot_parse_vanishes_from_reports_and_fails_here(tmp_path: Path) -> None:
    repo = repo_at(
        tmp_path,
        {"core/a.py": "x = 1\n", "core/broken.py": "def (:\n", "core/__init__.py": "", "core/t.py": '"""t"""\n'},
    )
    found = judged(repo.tree("HEAD"), measured({"core/a.py": (1, 1)}), default=50)
    [fault] = found.all_faults
    assert (fault.code, fault.where) == ("coverage.no-data", "core/broken.py")
    assert "cannot be parsed" in fault.what


def test_nothing_of_a_module_measured_is_not_a_pass(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"core/a.py": "x = 1\n", "empty/__init__.py": ""})
    found = judged(
        repo.tree("HEAD"), measured({"core/a.py": (1, 1), "empty/__init__.py": (0, 0)}), thresholds={"empty": 1}
    )
    assert codes(found) == {("coverage.no-statements", "empty")}
    assert not found.passes


def test_a_misspelled_module_fails(tree: Tree) -> None:
    assert codes(judged(tree, measured(FILES), thresholds={"cor": 1})) == {("coverage.nothing-there", "cor")}


def test_no_threshold_at_all_is_an_error(tree: Tree) -> None:
    with pytest.raises(Refused) as refused:
        judged(tree, measured(FILES))
    assert refused.value.code == "coverage.no-thresholds"


def test_branches(tree: Tree) -> None:
    found = with_branches(measured(FILES), "core/a.py", 10, 4)
    assert judged(tree, found, branches={"core": 40}).passes
    assert codes(judged(tree, found, branches={"core": 41})) == {("coverage.branches-below", "core")}
    assert codes(judged(tree, measured(FILES), branches={"core": 1})) == {("coverage.no-branches", "core")}


def test_the_floor_is_for_every_single_file(tree: Tree) -> None:
    found = judged(tree, measured(FILES), default=1, floor=2)
    assert codes(found) == {("coverage.floor", "core/b.py")}


@pytest.mark.parametrize("text", ["\n" * 200, "# only a remark\n" * 200, "x = 1\n"])
def test_a_report_of_other_sources_is_stale(text: str, tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"core/a.py": text})
    with pytest.raises(Refused) as refused:
        judged(repo.tree("HEAD"), measured({"core/a.py": (100, 99)}), default=1)
    assert refused.value.code == "coverage.stale"
    assert refused.value.faults[0].where.startswith("core/a.py:")


def _change(tmp_path: Path, before: dict[str, str], after: dict[str, str | None]) -> tuple[Tree, Tree]:
    repo = repo_at(tmp_path, before)
    first = repo.commit_id("HEAD")
    commit_files(tmp_path, after)
    return repo.tree("HEAD"), repo.tree(first)


def _lines(path: str, statements: set[int], run: set[int]) -> Measured:
    return Measured("t", {path: Lines(frozenset(statements), frozenset(run))}, False)


def test_only_statements_that_changed_are_counted(tmp_path: Path) -> None:
    now, base = _change(tmp_path, {"a.py": "a = 1\nb = 1\nc = 1\n"}, {"a.py": "a = 1\nb = 2\nc = 1\nd = 1\n# end\n"})
    base_of = Compared(base, settings(default=1))
    found = judged(now, _lines("a.py", {1, 2, 3, 4}, {2}), base_of, default=1)
    assert found.changed_statements == Count(2, 1)
    assert found.changes is not None
    assert found.changes[0].missed == (4,)
    assert codes(found) == {("coverage.changed", "the change")}
    assert judged(now, _lines("a.py", {1, 2, 3, 4}, {2}), base_of, default=1, changed=50).passes is False
    assert judged(now, _lines("a.py", {1, 2, 3, 4}, {2, 4}), base_of, default=1).passes


def test_a_line_inside_a_statement_changes_the_statement(tmp_path: Path) -> None:
    text = "def f(\n    a,\n    b=1,\n):\n    return g(\n        a,\n        b,\n    )\n"
    changed = text.replace("        b,", "        b + 1,").replace("b=1", "b=2")
    now, base = _change(tmp_path, {"a.py": text}, {"a.py": changed})
    found = judged(now, _lines("a.py", {1, 5}, {1}), Compared(base, settings(default=1)), default=1)
    assert found.changed_statements == Count(2, 1)
    assert found.changes is not None
    assert found.changes[0].missed == (5,)


def test_a_file_that_only_moved_has_no_changed_lines_and_a_new_one_only_new_ones(tmp_path: Path) -> None:
    text = source(range(1, 30))
    now, base = _change(tmp_path, {"a.py": text}, {"a.py": None, "b.py": text, "c.py": "x = 1\n"})
    found = judged(
        now,
        Measured(
            "t",
            {"b.py": Lines(frozenset(range(1, 30)), frozenset({1})), "c.py": Lines(frozenset({1}), frozenset({1}))},
            False,
        ),
        Compared(base, settings(default=1)),
        default=1,
    )
    assert [each.path for each in found.changes or ()] == ["c.py"]
    assert found.passes


def test_changed_lines_without_data_fail_by_name(tmp_path: Path) -> None:
    now, base = _change(tmp_path, {"a.py": "a = 1\n"}, {"new.py": "b = 1\n"})
    found = judged(now, _lines("a.py", {1}, {1}), Compared(base, settings(thresholds={"a": 1})), thresholds={"a": 1})
    assert codes(found) == {("coverage.changed-no-data", "new.py")}


def test_a_change_does_not_loosen_what_it_is_judged_by(tmp_path: Path) -> None:
    now, base = _change(tmp_path, {"a.py": "a = 1\nb = 1\n"}, {"n.txt": "n"})
    strict = Compared(base, settings(thresholds={"a.py": 90}, changed=90))
    half = _lines("a.py", {1, 2}, {1})
    assert codes(judged(now, half, strict, default=1)) == {("coverage.below", "a.py")}
    assert codes(judged(now, half, strict, thresholds={"./a": 2})) == {("coverage.below", "./a")}
    assert not judged(now, half, strict, default=1, exclude=["a.py"]).passes


def test_the_ratchet_only_moves_up(tree: Tree, tmp_path: Path) -> None:
    found = judged(tree, measured(FILES), thresholds={"core": 1, "core_utils": 1})
    first = ratchet.raised({}, found)
    assert first == {"core": Count(111, 104), "core_utils": Count(10, 1)}
    assert ratchet.read(ratchet.written(first), "x") == first
    worse = judged(tree, measured({**FILES, "core/a.py": (100, 90)}), thresholds={"core": 1, "core_utils": 1})
    assert ratchet.raised(first, worse) == first
    better = judged(tree, measured({**FILES, "core/b.py": (1, 1)}), thresholds={"core/": 1})
    assert ratchet.raised(first, better) == {**first, "core": Count(111, 105)}


def test_below_the_ratchet_fails_and_a_name_cannot_leave_it(tree: Tree, tmp_path: Path) -> None:
    kept = ratchet.written({"core": Count(111, 104)})
    commit_files(tmp_path, {".laneshift/coverage-ratchet.json": kept})
    now = tree.repository.tree("HEAD")
    assert judged(now, measured(FILES), thresholds={"core": 1}).passes
    worse = measured({**FILES, "core/a.py": (100, 98)})
    assert codes(judged(now, worse, thresholds={"core": 1})) == {("coverage.ratchet", "core")}
    assert codes(judged(now, measured(FILES), default=1)) == {("coverage.ratchet-gone", "the ratchet")}
    # Taking the record away in the same change does not help: the base still has it.
    base = Compared(now, settings(thresholds={"core": 1}))
    assert ("coverage.ratchet", "core") in codes(judged(tree, worse, base, thresholds={"core": 1}))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"version": 2, "modules": {}}', b'{"version": 1, "modules": {"a": 1}}',
     b'{"version": 1, "modules": {"a": {"statements": 1, "run": 2}}}',
     b'{"version": 1, "modules": {"a": {"statements": 0, "run": 0}}}',
     b'{"version": 1, "modules": {"a": {"statements": 2, "run": 1}, "./a/": {"statements": 2, "run": 0}}}'],
)  # fmt: skip
def test_a_broken_ratchet_is_an_error(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        ratchet.read(data, "x")
    assert refused.value.code == "coverage.bad-ratchet"


_counts = st.tuples(st.integers(1, 1000), st.integers(0, 1000)).map(lambda each: Count(each[0], min(each)))


@hypothesis_settings(derandomize=True, max_examples=200, deadline=None)
@given(_counts, _counts)
def test_comparing_shares_is_exact(one: Count, other: Count) -> None:
    assert one.below(other) == (Decimal(one.run) * other.all < Decimal(other.run) * one.all)
    assert not (one.below(other) and other.below(one))
    assert one.reaches(Decimal(one.percent))
    assert not Count().reaches(Decimal(0))


@pytest.mark.parametrize(
    "table", [{"core": 75, "./core/": 80}, {"../core": 1}, {"/core": 1}, {"a*b": 1}, {"": 1}, {"core": 101}]
)
def test_names_that_are_none_or_the_same_twice_are_refused(table: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="thresholds"):
        settings(thresholds=table)
