"""The landing bench counts and judges right: a false judgement would flatter somebody."""

from __future__ import annotations

import itertools

import pytest

from bench.landing.cells import Cell, Worth, cells, worth
from bench.landing.counting import Counted, counted
from bench.landing.matrix import DIVIDED
from bench.landing.model import Bisection, mergetrain_runs
from bench.landing.rows import Row, computed
from bench.landing.table import claims, table
from bench.landing.toy import RULES

PAIR = Cell("pair at the ends", 8, ((0, 7),))


def sets(*members: tuple[int, ...]) -> frozenset[frozenset[int]]:
    return frozenset(map(frozenset, members))


@pytest.mark.parametrize(
    ("landed", "named", "found"),
    [
        (range(7), sets((0, 7)), Worth(0, 0, True)),
        (range(8), sets(), Worth(1, 0, False)),
        (range(1, 7), sets((0, 7)), Worth(0, 1, True)),
        (range(7), sets((7,)), Worth(0, 0, False)),
        ([0, 7], sets((0, 7)), Worth(1, 6, True)),
    ],
    ids=["later-one-held", "red-pair-landed", "both-held", "half-named", "landed-red-and-held-good"],
)
def test_what_landed_is_held_against_what_was_planted(
    landed: list[int], named: frozenset[frozenset[int]], found: Worth
) -> None:
    assert worth(PAIR, landed, named) == found


@pytest.mark.parametrize("items", [24, 144])
def test_every_size_has_every_kind_of_fault_and_the_seed_alone_decides(items: int) -> None:
    found = cells(items, 1)
    assert found == cells(items, 1)
    assert [len(cell.sets) for cell in found if cell.name.endswith("bad")] == ([1, 2] if items == 24 else [1, 4, 14])
    assert {max(map(len, cell.sets), default=0) for cell in found} == {0, 1, 2, 3}
    assert [cell.name for cell in found if cell.flake] == ["flake"]
    for cell in found:
        members = list(itertools.chain(*cell.sets))
        assert len(members) == len(set(members))
        assert all(0 <= member < items for member in members)


@pytest.mark.parametrize(
    ("cell", "runs"),
    [
        (Cell("clean", 8), 1),
        (Cell("1 bad", 8, ((2,),)), 8),
        (PAIR, 14),
        (Cell("triple", 8, ((0, 1, 3),)), 12),
        (Cell("flake", 8, flake=True), 12),
        (Cell("pair at the ends", 144, ((0, 143),)), 150),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_model_counts_what_mergetrain_was_seen_to_run(cell: Cell, runs: int) -> None:
    assert mergetrain_runs(cell) == runs


def test_the_search_of_the_model_clears_all_but_the_planted() -> None:
    search = Bisection(Cell("two kinds", 12, ((3,), (2, 8))), range(12))
    assert (search.singles, search.joint) == ([3], [])
    assert search.cleared == [item for item in range(12) if item != 3]
    again = Bisection(Cell("two kinds", 12, ((3,), (2, 8))), search.cleared)
    assert (again.singles, again.joint) == ([], [[2, 8]])


def told(own: int, rules: int, part: int | None = None, of: int = 1) -> dict[str, int | None]:
    return {"part": part, "of": of, "own": own, "rules": rules, "all": own + rules}


def test_a_session_is_whole_small_or_none() -> None:
    lines = [told(4, RULES), told(1, 0), told(0, 3), told(0, 0), told(4, RULES - 1)]
    assert counted(lines, 4) == Counted(1, 3, 2.25)


def test_sessions_that_share_a_suite_are_one_whole_run() -> None:
    shared = [told(3, 0, 1, 3), told(0, RULES, 0, 3), told(1, 0, 2, 3)]
    assert counted(shared, 4) == Counted(1, 0, 0.75)
    assert counted([*shared, told(1, 0), *reversed(shared)], 4) == Counted(2, 1, 1.75)
    idle = [*shared[:2], told(1, 0, 3, 4), told(0, 0, 2, 4)]
    assert counted([{**line, "of": 4} for line in idle], 4).full == 1


def test_shares_of_a_suite_that_do_not_come_to_all_of_it_are_no_whole_run() -> None:
    shared = [told(3, 0, 1, 3), told(0, RULES, 0, 3), told(1, 0, 2, 3)]
    assert counted(shared[:2], 4) == Counted(0, 1, 0.75)
    assert counted([shared[0], shared[1], told(0, 1, 2, 3)], 4).full == 0
    assert counted([shared[0], shared[0], *shared[1:]], 4) == Counted(1, 1, 1.5)


def row(contestant: str, wall: float, full: int, *, small: int = 0, cell: Cell = PAIR, bad: int = 0) -> Row:
    return Row(cell, contestant, wall, wall, full, small, float(full), Worth(bad, 0, True))


def test_other_lengths_add_the_pauses_unless_they_were_measured() -> None:
    found = row("laneshift", 2.0, 2)
    assert found.at(3) == 8.0
    found.measured[3] = 7.5
    assert (found.at(3), found.at(60)) == (7.5, 122.0)


def test_a_computed_row_takes_its_price_from_two_that_ran() -> None:
    clean = row("mergetrain", 3.0, 1, cell=Cell("clean", 8))
    found = computed(PAIR, 14, clean, row("mergetrain", 17.0, 8, cell=Cell("1 bad", 8, ((2,),))))
    assert (found.wall, found.full, found.computed, found.worth) == (29.0, 14, True, None)


def test_goals_that_are_missed_are_told() -> None:
    rows = [row("laneshift", 40.0, 3, small=21, bad=1), row("mergetrain", 20.0, 14)]
    found = {claim.text: claim for claim in claims(rows)}
    assert not found["false landings and rejections of laneshift"].met
    assert not found["one bad pair among 8"].met
    assert found["wall of mergetrain's, suite of 60 s"].met
    assert not found["wall of mergetrain's, suite of 3 s"].met
    assert found["the model counts mergetrain's runs"].met


def test_a_rival_whose_suite_is_divided_by_hand_is_told_apart() -> None:
    cell = Cell("clean", 8)
    rows = [row("laneshift", 20.0, 1, cell=cell), row("mergetrain", 2.0, 1, cell=cell), row(DIVIDED, 3.0, 1, cell=cell)]
    rows[0].measured.update({3: 4.0, 60: 20.0})
    rows[2].measured.update({3: 4.0, 60: 40.0})
    found = {claim.text: claim for claim in claims(rows)}
    assert found["wall of mergetrain's, suite of 60 s"].met
    assert not found["the same, its suite divided by hand, 3 s"].met
    assert found["the same, its suite divided by hand, 60 s"].measured == "at most 0.50"


def test_the_table_marks_what_was_computed() -> None:
    found = computed(PAIR, 14, row("mergetrain", 3.0, 1), row("mergetrain", 17.0, 8))
    lines = list(table([row("laneshift", 2.0, 2), found]))
    assert len({line.count("|") for line in lines}) == 1
    assert "| ≈14 |" in lines[3]
    assert "not run" in lines[3]
    assert "≈" not in lines[2].split("|")[3]
