"""Where steps stand: below what they need, beside each other and not on each other, the same every time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.flows.layout import Layout, Place, laid_out

Needs = dict[str, tuple[str, ...]]


@st.composite
def flows(draw: st.DrawFn) -> Needs:
    """Steps that need others, in an order that has nothing to do with that."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 14)))]
    needs = {
        name: tuple(draw(st.lists(st.sampled_from(names[:at]), max_size=4, unique=True))) if at else ()
        for at, name in enumerate(names)
    }
    return {name: needs[name] for name in draw(st.permutations(names))}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(flows())
def test_every_step_stands_below_what_it_needs_and_on_no_other(needs: Needs) -> None:
    found = laid_out(needs)
    assert set(found.places) == set(needs)
    for name, place in found.places.items():
        assert place.row == max((found.places[need].row + 1 for need in needs[name]), default=0)
        assert 0.499 <= place.x <= found.width - 0.499
    places = sorted((place.row, place.x) for place in found.places.values())
    assert all(one[0] != two[0] or two[1] - one[1] >= 0.998 for one, two in pairwise(places))
    assert found.rows == 1 + max(place.row for place in found.places.values())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(flows())
def test_every_need_has_its_line_row_by_row_past_the_steps_between(needs: Needs) -> None:
    found = laid_out(needs)
    assert set(found.lines) == {(need, name) for name, wanted in needs.items() for need in wanted}
    for (source, target), way in found.lines.items():
        assert way[0] == found.places[source]
        assert way[-1] == found.places[target]
        assert [place.row for place in way] == list(range(way[0].row, way[-1].row + 1))
        for passed in way[1:-1]:
            beside = [place.x for place in found.places.values() if place.row == passed.row]
            assert all(abs(x - passed.x) >= 0.5 + 0.35 / 2 - 0.002 for x in beside)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(flows())
def test_the_same_flow_is_laid_out_the_same_way(needs: Needs) -> None:
    assert laid_out(needs) == laid_out(dict(needs))


def test_steps_in_a_line_stand_under_each_other() -> None:
    found = laid_out({"a": (), "b": ("a",), "c": ("b",)})
    assert found.places == {"a": Place(0, 0.5), "b": Place(1, 0.5), "c": Place(2, 0.5)}
    assert found.width == 1


def test_lines_do_not_cross_where_they_need_not() -> None:
    found = laid_out({"a": (), "b": (), "for-b": ("b",), "for-a": ("a",)})
    left_of = found.places["a"].x < found.places["b"].x
    assert left_of == (found.places["for-a"].x < found.places["for-b"].x)


def test_what_fans_out_comes_together_in_the_middle() -> None:
    found = laid_out({"one": (), "a": ("one",), "b": ("one",), "c": ("one",), "end": ("a", "b", "c")})
    assert found.places["one"].x == found.places["b"].x == found.places["end"].x
    assert found.width == 3


def test_nothing_has_a_layout_too() -> None:
    assert laid_out({}) == Layout({}, {}, 0, 0.0)
