"""Bisection finds exactly the culprits, in few tries."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.landing.isolate import minimise


def find(items: list[str], culprits: set[str]) -> tuple[tuple[str, ...], int]:
    """The answer for an oracle that is red when every culprit is there, and the number of tries."""
    search, tries = minimise(items), 0
    try:
        group = next(search)
        while True:
            tries += 1
            group = search.send(culprits <= set(group))
    except StopIteration as found:
        return found.value, tries


@given(st.integers(1, 60), st.data())
def test_the_culprits_and_nobody_else(size: int, data: st.DataObject) -> None:
    items = [f"item-{number}" for number in range(size)]
    culprits = set(data.draw(st.lists(st.sampled_from(items), min_size=1, max_size=4, unique=True)))
    found, _ = find(items, culprits)
    assert set(found) == culprits
    assert list(found) == [item for item in items if item in culprits]


def test_one_culprit_costs_a_logarithm() -> None:
    items = [str(number) for number in range(144)]
    assert max(find(items, {item})[1] for item in items) <= 16


def test_a_pair_at_opposite_ends_costs_less_than_the_number_of_items() -> None:
    items = [str(number) for number in range(144)]
    found, tries = find(items, {"0", "143"})
    assert found == ("0", "143")
    assert tries <= 20


def test_every_pair_among_ten() -> None:
    items = list("abcdefghij")
    for pair in combinations(items, 2):
        assert find(items, set(pair))[0] == pair


def test_an_oracle_that_is_never_red_again_blames_everybody() -> None:
    assert find(["a", "b", "c"], {"a", "b", "c", "gone"})[0] == ("a", "b", "c")
