"""What a change adds to the violations, and what was there before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift import config
from laneshift.lanes.model import Lanes
from laneshift.lanes.rules import Edge, new_violations, violations

LANES = Lanes.of(
    {
        "labs": config.Lane(paths=["labs/**"], level="experimental"),
        "core": config.Lane(paths=["core/**"], may_import=["core"]),
        "serve": config.Lane(paths=["serve/**"], may_import=["core"]),
    }
)
OLD = Edge("core/a.py", "labs/x.py", 3)


def new(before: list[Edge], after: list[Edge], **relocated: str) -> list[str]:
    moves = {key.replace("__", "/") + ".py": value for key, value in relocated.items()}
    return [str(found) for found in new_violations(before, after, LANES, moves)]


def test_an_edge_into_a_forbidden_lane_is_a_violation() -> None:
    edges = [
        OLD,
        Edge("core/a.py", "core/b.py", 1),
        Edge("labs/x.py", "core/a.py", 1),
        Edge("serve/s.py", "core/a.py", 1),
    ]
    assert [str(found) for found in violations(edges, LANES)] == [
        "core/a.py:3: lane core may not import lane labs (labs/x.py)"
    ]


def test_files_outside_all_lanes_have_no_rules() -> None:
    assert violations([Edge("core/a.py", "other/x.py", 1), Edge("other/x.py", "labs/x.py", 1)], LANES) == ()


def test_what_was_there_before_is_not_new() -> None:
    assert new([OLD], [OLD]) == []
    assert new([OLD], [Edge("core/a.py", "labs/x.py", 30)]) == []
    assert new([OLD], []) == []


def test_what_a_change_adds_is_new_once_for_each_pair_at_its_first_line() -> None:
    added = [OLD, Edge("core/a.py", "labs/y.py", 9), Edge("core/a.py", "labs/y.py", 7)]
    assert new([OLD], added) == ["core/a.py:7: lane core may not import lane labs (labs/y.py)"]


def test_a_violation_that_travels_inside_its_lane_is_not_new() -> None:
    assert new([OLD], [Edge("core/z.py", "labs/x.py", 3)], core__a="core/z.py") == []
    assert new([OLD], [Edge("core/a.py", "labs/z.py", 3)], labs__x="labs/z.py") == []
    assert len(new([OLD], [Edge("core/z.py", "labs/x.py", 3)])) == 1


def test_a_violation_that_crosses_into_another_lane_is_new() -> None:
    moved = [Edge("serve/a.py", "labs/x.py", 3)]
    assert new([OLD], moved, core__a="serve/a.py") == ["serve/a.py:3: lane serve may not import lane labs (labs/x.py)"]


def test_promoting_a_module_exposes_its_imports() -> None:
    before, after = [Edge("labs/m.py", "labs/x.py", 1)], [Edge("core/m.py", "labs/x.py", 1)]
    assert new(before, after, labs__m="core/m.py") == ["core/m.py:1: lane core may not import lane labs (labs/x.py)"]


paths = st.sampled_from(["labs/x.py", "labs/y.py", "core/a.py", "core/b.py", "serve/s.py", "other/o.py"])
edges = st.lists(st.builds(Edge, paths, paths, st.integers(1, 9)), max_size=12)


@given(before=edges, after=edges)
def test_new_ones_are_a_part_of_all_and_nothing_old_is_among_them(before: list[Edge], after: list[Edge]) -> None:
    found = new_violations(before, after, LANES, {})
    pairs = {(edge.importer, edge.imported) for edge in before}
    assert set(found) <= set(violations(after, LANES))
    assert not pairs & {(new.edge.importer, new.edge.imported) for new in found}
    every = {(old.edge.importer, old.edge.imported) for old in violations(after, LANES)}
    assert {(new.edge.importer, new.edge.imported) for new in found} == every - pairs
