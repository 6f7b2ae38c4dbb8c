"""How work is cut: nothing twice, nothing at once, evenly where that can be, and the same again for the same work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.agents.packs.parting import ENOUGH, Parted, Seat, part, span_of
from laneshift.agents.packs.work import Work


def work(item: str, writes: Sequence[str], weight: int = 0) -> Work:
    paths = frozenset(writes)
    none: frozenset[str] = frozenset()
    return Work(item, paths, none, none, paths, none, weight or len(paths), paths)


def seats(count: int, most: int = 0) -> list[Seat]:
    return [Seat(f"agent{number}", most) for number in range(count)]


def checked(found: Sequence[Work], parted: Parted, most: Mapping[str, int]) -> None:
    """What holds of every cut."""
    items = [item for one in parted.parts for item in one.items]
    assert sorted(items) == sorted(each.item for each in found)
    by_item = {each.item: each for each in found}
    touched = [frozenset().union(*(by_item[item].touches for item in one.items)) for one in parted.parts]
    for at, one in enumerate(parted.parts):
        assert all(other < at for other in one.after)
        for other in range(at):
            assert other in one.after or not touched[at] & touched[other]
        for other in one.after:
            assert set(parted.parts[other].after) <= set(one.after)
        limit = most[one.agent]
        written = frozenset().union(*(by_item[item].writes for item in one.items))
        assert not limit or len(written) <= limit or len(one.items) == 1
    loads = dict.fromkeys(parted.loads, 0)
    for one in parted.parts:
        loads[one.agent] += sum(by_item[item].weight for item in one.items)
    assert loads == dict(parted.loads)
    assert max(parted.loads.values(), default=0) <= parted.span <= sum(parted.loads.values())


FOUND = st.lists(st.tuples(st.sets(st.integers(0, 12), min_size=1, max_size=4), st.integers(1, 9)), max_size=18).map(
    lambda drawn: [work(f"i{at}", [f"f{path}" for path in paths], weight) for at, (paths, weight) in enumerate(drawn)]
)


@settings(max_examples=40)
@given(FOUND, st.integers(1, 4), st.sampled_from([0, 4, 9]))
def test_no_cut_has_two_writers_at_a_time(found: list[Work], count: int, most: int) -> None:
    those = seats(count, most)
    parted = part(found, those)
    checked(found, parted, {seat.agent: seat.most_files for seat in those})
    assert part(found, those) == parted


def test_what_holds_together_stays_whole_where_shares_are_even_so() -> None:
    found = [work(f"i{group}.{each}", [f"g{group}", f"f{group}.{each}"]) for group in range(8) for each in range(5)]
    parted = part(found, seats(4))
    assert [one.after for one in parted.parts] == [()] * 4
    assert (parted.spread, parted.late, parted.span) == (0, 0, 20)


def test_a_file_that_all_write_puts_them_in_one_row_with_even_shares() -> None:
    found = [work(f"i{each}", ["hub", f"f{each}"]) for each in range(40)]
    parted = part(found, seats(4))
    assert parted.spread <= ENOUGH
    assert [len(one.after) for one in parted.parts] == [0, 1, 2, 3]
    checked(found, parted, dict.fromkeys(parted.loads, 0))


def test_a_file_that_some_write_lets_the_others_begin() -> None:
    found = [work(f"i{each}", [f"f{each}", *(["hub"] if each % 4 == 0 else [])]) for each in range(40)]
    parted = part(found, seats(4))
    assert parted.spread <= ENOUGH
    begun = sum(len(one.items) for one in parted.parts if not one.after)
    assert begun >= 30
    assert parted.late <= 2 * 10


def test_a_load_that_cannot_be_even_is_as_even_as_can_be() -> None:
    found = [work("big", [f"b{each}" for each in range(60)]), *(work(f"i{each}", [f"f{each}"]) for each in range(9))]
    parted = part(found, seats(4))
    assert max(parted.loads.values()) == 60
    assert min(parted.loads.values()) == 3
    assert parted.spread == 95


def test_one_commit_of_an_agent_changes_no_more_than_it_may() -> None:
    found = [work(f"i{each}", [f"f{each}", f"g{each}"]) for each in range(20)]
    those = [Seat("few", 6), Seat("any")]
    parted = part(found, those)
    few = [one for one in parted.parts if one.agent == "few"]
    assert [len(one.items) for one in few] == [3, 3, 3, 1]
    assert parted.spread == 0
    checked(found, parted, {"few": 6, "any": 0})


def test_without_anybody_nothing_can_be_cut() -> None:
    with pytest.raises(ValueError, match="nobody"):
        part([work("i", ["f"])], [])


def test_the_span_counts_who_waits_for_whom() -> None:
    found = [work(f"i{each}", ["hub", f"f{each}"]) for each in range(4)]
    parted = part(found, seats(2))
    assert parted.span == 8
    assert span_of(parted.parts, [4, 4], {"agent0": 5, "agent1": 0}) == 13
