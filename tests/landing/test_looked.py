"""Faults of a combined tree: the same ones in every part of a train, and explained by looking alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.landing.looked import (
    Faults,
    again,
    contract_faults,
    fault_line,
    faults_of,
    held_for,
    is_looked,
    red_line,
)
from laneshift.lanes.contracts.verdicts import Breach, Step, Verdict
from laneshift.lanes.crossings import Crossing, Hop

ITEMS = "abcdefgh"


def crossing(importer: str, imported: str, line: int = 3) -> Crossing:
    return Crossing("core", "labs", (Hop(importer, imported, line, "static"),))


def test_a_fault_is_the_same_wherever_the_moves_of_a_part_have_put_its_files() -> None:
    both = faults_of([crossing("core/a.py", "labs/b.py")], [], {"x/a.py": "core/a.py", "x/b.py": "labs/b.py"}, {})
    one = faults_of([crossing("core/a.py", "x/b.py", 9)], [], {"x/a.py": "core/a.py"}, {})
    assert both.keys() == one.keys()
    (told,) = both.values()
    assert told == "lanes: lane core may not import lane labs: core/a.py:3 -> labs/b.py"
    assert again(both, one, [told]) == [told]
    assert again(both, {}, [told]) == again(both, one, []) == []
    other = faults_of([crossing("core/b.py", "x/a.py")], [], {"x/b.py": "core/b.py"}, {})
    assert again(both, other, [told]) == []


def test_a_missing_import_is_known_by_the_names_of_the_base() -> None:
    whole = faults_of([], [("core/a.py", "new.pkg.gone.deep")], {"x/a.py": "core/a.py"}, {"old.pkg": "new.pkg"})
    part = faults_of([], [("x/a.py", "old.pkg.gone.deep")], {}, {})
    assert whole.keys() == part.keys()
    assert list(whole.values()) == ["imports: core/a.py imports new.pkg.gone.deep, which is not there"]
    assert faults_of([], [("x/a.py", "old.pkg.other")], {}, {}).keys() != part.keys()


def test_a_broken_contract_is_known_by_what_may_not_be_and_both_ends_whatever_lies_between() -> None:
    def faults(names: dict[str, str], *modules: str) -> Faults:
        chain = tuple(Step(*pair, (1,)) for pair in itertools.pairwise(modules))
        breach = Breach(f"{modules[0]} may not import app.labs", chain)
        return contract_faults([(Verdict("one", "forbidden", "broken", (breach,)), breach)], names)

    whole = faults({"x.a": "app.a", "x.b": "app.b"}, "app.a", "app.b", "app.labs.c")
    part = faults({"x.a": "app.a"}, "app.a", "x.b", "y", "app.labs.c")
    assert whole.keys() == part.keys()
    (told,) = whole.values()
    assert told == (
        "contracts: contract 'one' (forbidden): app.a may not import app.labs: "
        "app.a -> app.b (l.1), app.b -> app.labs.c (l.1)"
    )
    assert is_looked(told)
    assert again(whole, part, [told]) == [told]
    assert faults({"x.a": "app.a"}, "app.a", "x.b", "app.labs.d").keys() != part.keys()
    assert faults({}, "app.a", "x.b", "app.labs.c").keys() != part.keys()


def test_a_contract_that_cannot_be_judged_is_one_fault() -> None:
    invalid = Verdict("one", "layers", "invalid", reason="no module is called app.low")
    told = "contracts: contract 'one' (layers) cannot be judged: no module is called app.low"
    assert list(contract_faults([(invalid, None)], {}).values()) == [told]


def test_words() -> None:
    (told,) = faults_of([crossing("core/a.py", "labs/b.py")], [], {}, {}).values()
    assert is_looked(told)
    assert not is_looked("tests/test_lanes.py::test_imports")
    assert fault_line([told], ["a", "b"]) == f"breaks what its base does not, together with a: {told}"
    assert fault_line([told], ["b"]) == f"breaks what its base does not: {told}"
    assert fault_line(["t.py::x"], ["a", "b"]) == "turns t.py::x red together with a"
    assert red_line([told], ["a", "b"]) == f"1 fault(s) of lanes, contracts or imports because of a, b: {told}"
    assert red_line(["t.py::x", "t.py::y"], ["a"]) == "2 test(s) turn red because of a: t.py::x"


def looking(sets: Sequence[frozenset[str]]) -> Callable[[Sequence[str]], Faults]:
    """A fault for each set whose items are all there."""
    return lambda items: {("lanes", str(n)): f"lanes: {n}" for n, each in enumerate(sets) if each <= set(items)}


@settings(derandomize=True, deadline=None)
@given(st.lists(st.frozensets(st.sampled_from(ITEMS), min_size=1, max_size=3), max_size=4, unique=True))
def test_what_is_held_is_a_smallest_set_each_and_what_is_left_is_clean(sets: list[frozenset[str]]) -> None:
    look = looking(sets)
    found = list(held_for(ITEMS, list, look))
    assert all(frozenset(each.members) in sets for each in found)
    gone = [each.members[-1] for each in found]
    assert len(gone) == len(set(gone))
    assert not look([item for item in ITEMS if item not in gone])


@pytest.mark.parametrize("dropped", ["h", "a"])
def test_items_that_a_train_has_not_are_nobodys_culprits(dropped: str) -> None:
    def coupled(items: Sequence[str]) -> list[str]:
        return [item for item in items if item != dropped]

    (found,) = held_for(ITEMS, coupled, looking([frozenset("bg"), frozenset("b" + dropped)]))
    assert (found.members, found.red) == (("b", "g"), ("lanes: 0",))
