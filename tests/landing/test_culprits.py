"""One red full run is explained whole: every set by name, with its own tests, and nobody who is not in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.landing.culprits import MOST_TRIES, Culprits, Probe, culprit_sets
from laneshift.landing.verdict import red_among

Sets = dict[str, set[str]]
"""Test ids, and the items that turn each red together."""


@dataclass
class Found:
    """What a search found, and the questions that it asked."""

    sets: list[Culprits] = field(default_factory=list)
    asked: list[Probe] = field(default_factory=list)


def search(
    items: Sequence[str], blamed: Sequence[str], answer: Callable[[Probe], Sequence[str]], most: int = MOST_TRIES
) -> Found:
    """Drive a search to its end."""
    found, steps = Found(), culprit_sets(items, blamed, most)
    try:
        step = next(steps)
        while True:
            if isinstance(step, Probe):
                found.asked.append(step)
                step = steps.send(answer(step))
            else:
                found.sets.append(step)
                step = next(steps)
    except StopIteration:
        return found


def planted(sets: Sets) -> Callable[[Probe], Sequence[str]]:
    """A suite in which each test is red as soon as all of its items are there."""
    return lambda probe: [test for test in probe.ids if sets[test] <= set(probe.items)]


def left(items: Sequence[str], found: Found) -> set[str]:
    """The items that go on."""
    return set(items) - {culprits.members[-1] for culprits in found.sets}


def names(count: int) -> list[str]:
    """Items in their order."""
    return [f"item-{number:03}" for number in range(count)]


@given(st.data(), st.integers(1, 40))
def test_sets_that_share_nobody_are_all_named_each_with_its_own_tests(data: st.DataObject, count: int) -> None:
    items = names(count)
    shuffled, sets = data.draw(st.permutations(items)), Sets()
    for number, size in enumerate(data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))):
        members, shuffled = shuffled[:size], shuffled[size:]
        if members:
            sets[f"t{number}"] = set(members)
    found = search(items, list(sets), planted(sets), most=10_000)
    wanted = {(tuple(sorted(members)), (test,)) for test, members in sets.items()}
    assert {(culprits.members, culprits.red) for culprits in found.sets} == wanted
    assert len(found.sets) == len(sets)


@given(st.data(), st.integers(2, 20))
def test_whatever_is_planted_no_test_stays_unexplained(data: st.DataObject, count: int) -> None:
    items = names(count)
    group = st.sets(st.sampled_from(items), min_size=1, max_size=3)
    sets = {f"t{number}": members for number, members in enumerate(data.draw(st.lists(group, min_size=1, max_size=6)))}
    found = search(items, list(sets), planted(sets), most=10_000)
    assert not [test for test, members in sets.items() if members <= left(items, found)]
    for culprits in found.sets:
        assert set(culprits.members) in sets.values()
        assert all(sets[test] <= set(culprits.members) for test in culprits.red)


def test_four_bad_items_among_144_cost_less_than_fifty_small_runs() -> None:
    items = names(144)
    sets = {f"t{number}": {items[number]} for number in (17, 60, 61, 130)}
    found = search(items, list(sets), planted(sets))
    assert [culprits.members for culprits in found.sets] == [(items[number],) for number in (17, 60, 61, 130)]
    assert len(found.asked) < 50


def test_one_test_that_two_items_turn_red_names_both() -> None:
    def answer(probe: Probe) -> Sequence[str]:
        return ["t"] if {"b", "d"} & set(probe.items) else []

    found = search(list("abcde"), ["t"], answer)
    assert [culprits.members for culprits in found.sets] == [("b",), ("d",)]


def test_only_what_is_still_red_is_asked_for() -> None:
    sets = {"t1": {"b"}, "t2": {"f"}}
    found = search(list("abcdefgh"), ["t1", "t2"], planted(sets))
    after = [probe.ids for probe in found.asked if "b" not in probe.items and len(probe.items) > 1]
    rest = found.asked.index(Probe(tuple("acdefgh"), ("t1", "t2")))
    assert {probe.ids for probe in found.asked[rest + 1 :]} == {("t2",)}
    assert len(after) > 1


def test_a_last_item_leaves_nothing_to_ask() -> None:
    found = search(list("abcd"), ["t"], planted({"t": {"d"}}))
    assert Probe(tuple("abc"), ("t",)) == found.asked[1]
    assert [probe.items for probe in found.asked].count(("a", "b", "c")) == 1


@pytest.mark.parametrize(("most", "sets"), [(1, 1), (13, 2), (10_000, 4)])
def test_the_number_of_tries_is_bounded_and_what_was_found_stands(most: int, sets: int) -> None:
    items = names(32)
    bad = {f"t{number}": {items[number]} for number in (3, 9, 20, 30)}
    found = search(items, list(bad), planted(bad), most)
    assert len(found.sets) == sets
    assert len(found.asked) <= most + 20


@given(st.integers(1, 40), st.lists(st.booleans(), min_size=1, max_size=60))
def test_tests_that_come_and_go_end_the_search(count: int, fates: list[bool]) -> None:
    fate = cycle(fates)
    found = search(names(count), ["t"], lambda probe: probe.ids if next(fate) else [])
    assert 1 <= len(found.sets) <= count
    assert len(found.asked) <= MOST_TRIES + 100


def test_a_later_set_that_is_not_red_again_holds_nobody() -> None:
    """Red with the rest and in each half of it, green when it is run by itself once more."""
    seen: list[Probe] = []

    def answer(probe: Probe) -> Sequence[str]:
        again = probe in seen
        seen.append(probe)
        if "b" in probe.items:
            return probe.ids
        return ["t2"] if "f" in probe.items and not again and "t2" in probe.ids else []

    found = search(list("abcdefgh"), ["t1", "t2"], answer)
    assert [culprits.members for culprits in found.sets] == [("b",)]
    assert seen[-1] == Probe(("f",), ("t2",))


def test_a_search_without_a_small_set_leaves_the_rest_to_the_next_full_run() -> None:
    items = names(20)
    found = search(items, ["t"], lambda probe: ["t"] if len(probe.items) >= 19 else [])
    assert len(found.sets) == 1
    assert found.sets[0].members[-1] == items[18]


def test_red_is_told_by_the_names_of_the_whole_train() -> None:
    there = {"new/a.py::x": "old/a.py::x", "b.py::y": "b.py::y", "b.py::z": "b.py::z"}
    assert red_among(there, {"old/a.py::x"}) == ["new/a.py::x"]
    assert red_among(there, {"b.py"}) == ["b.py::y", "b.py::z"]
    assert red_among(there, {"command"}) == sorted(there)
    assert red_among(there, set()) == []
