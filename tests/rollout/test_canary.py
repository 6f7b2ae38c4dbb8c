"""The canary on random plans (`make chaos`: on 10,000): exact quotas, nobody starved, the same whatever the order, and
little moved by one more item.

Both property tests also ask `docs/canary.py`, which shares no code with the package.
"""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Bug, Refused
from laneshift.rollout.canary import Candidate, canary, quotas, sample_size, stratum_of
from tests.rollout.plans import PLANS, SIZES, as_items, plan_of, script
from tests.sweeps import swept

SCRIPT = script()


def strata_of(plan: list[Candidate], keys: tuple[str, ...]) -> Counter[str]:
    return Counter(one.stratum for one in plan if one.key in set(keys))


@pytest.mark.chaos
@settings(max_examples=swept(5000, 500))
@given(PLANS, SIZES, st.integers(0, 2**32))
def test_quotas_are_exact_nobody_starves_and_the_order_does_not_matter(
    plan: list[Candidate], size: Decimal, seed: int
) -> None:
    counts, found = Counter(one.stratum for one in plan), quotas(plan, size)
    critical = {one.stratum for one in plan if one.critical}
    total = sample_size(len(plan), size, len(critical))
    assert sum(found.values()) == total
    assert total == max(1, int(Fraction(size) * len(plan) + Fraction(1, 2)), len(critical))
    assert all(0 <= found[stratum] <= counts[stratum] for stratum in counts)
    assert all(found[stratum] >= 1 for stratum in (counts if total >= len(counts) else critical))

    members = canary(plan, size)
    assert strata_of(plan, members) == +Counter(found)
    assert list(members) == [one.key for one in plan if one.key in set(members)]
    assert SCRIPT.canary(as_items(plan), str(size)) == list(members)

    shuffled = random.Random(seed).sample(plan, len(plan))
    assert set(canary(shuffled, size)) == set(members)


@pytest.mark.chaos
@settings(max_examples=swept(5000, 500))
@given(PLANS, SIZES, st.integers(0, 9_999))
def test_one_more_item_moves_few_others(plan: list[Candidate], size: Decimal, which: int) -> None:
    """The bound, with S strata in the larger plan.

    The sample grows by one at most. Proportional shares of all other strata together move by less than one seat, so
    rounding moves none of them by more than one; the item's own stratum may gain two. One seat moved is one member that
    comes or goes, because a stratum's members are a beginning of one fixed order; the new item may push out one more.
    So at most S + 1 others come or go. Where the sample becomes large enough for all strata, or stops to be, the
    quotas are made anew, but then neither sample has more than S + 1 members, so no more than S others come, or go.
    """
    new = Candidate(f"new.module_{which}", f"lane/{which % 10}", which >= 8000)
    before, after = quotas(plan, size), quotas([*plan, new], size)
    assert 0 <= sum(after.values()) - sum(before.values()) <= 1

    old, larger = set(canary(plan, size)), canary([*plan, new], size)
    assert SCRIPT.canary(as_items([*plan, new]), str(size)) == list(larger)
    came, went = set(larger) - old - {new.key}, old - set(larger)
    assert max(len(came), len(went)) <= len(after)
    moved = {stratum: quota - before.get(stratum, 0) for stratum, quota in after.items()}
    own = moved.pop(new.stratum)
    if (sum(before.values()) >= len(before)) == (sum(after.values()) >= len(after)):
        assert 0 <= own <= 2
        assert all(abs(change) <= 1 for change in moved.values())
        assert len(came) + len(went) <= len(after) + 1


def test_the_bound_of_one_more_than_the_strata_is_reached() -> None:
    plan, size = plan_of([(5, 0), (42, 0), (42, 0)]), Decimal("0.726")
    last = max((f"new.module_{at}" for at in range(99)), key=lambda key: sha256(key.encode()).digest())
    larger = [*plan, Candidate(last, "lane/0")]
    assert quotas(plan, size) == {"lane/0": 3, "lane/1": 31, "lane/2": 31}
    assert quotas(larger, size) == {"lane/0": 5, "lane/1": 30, "lane/2": 30}
    assert last not in canary(larger, size)
    assert len({*canary(plan, size)} ^ {*canary(larger, size)}) == 4


def test_quotas_are_made_anew_where_all_strata_begin_to_be_represented() -> None:
    plan = plan_of([(96, 0), *[(1, 0)] * 4])
    small = canary(plan, Decimal("0.0447"))
    assert quotas(plan, Decimal("0.0447")) == {"lane/0": 4, "lane/1": 0, "lane/2": 0, "lane/3": 0, "lane/4": 0}
    new = Candidate("new.module", "lane/0")
    larger = canary([*plan, new], Decimal("0.0447"))
    assert strata_of([*plan, new], larger) == {f"lane/{name}": 1 for name in range(5)}
    assert (len(set(larger) - set(small)), len(set(small) - set(larger))) == (4, 3)


def test_most_new_items_move_nobody_or_one() -> None:
    chance = random.Random(7)
    moved = []
    for _ in range(200):
        plan = plan_of([(chance.randint(5, 60), 0) for _ in range(8)])
        new = Candidate(f"new.module_{chance.random()}", f"lane/{chance.randrange(8)}")
        before, after = canary(plan, Decimal("0.10")), canary([*plan, new], Decimal("0.10"))
        moved.append(len({*before} ^ {*after} - {new.key}))
    assert sum(moved) / len(moved) < 1
    assert sum(count <= 1 for count in moved) > 150


def test_shares_are_proportional_and_the_largest_remainders_are_rounded_up() -> None:
    plan = plan_of([(50, 0), (30, 0), (20, 0)])
    assert quotas(plan, Decimal("0.10")) == {"lane/0": 5, "lane/1": 3, "lane/2": 2}
    plan = plan_of([(57, 0), (28, 0), (15, 0)])
    assert quotas(plan, Decimal("0.10")) == {"lane/0": 6, "lane/1": 3, "lane/2": 1}


def test_equal_remainders_go_by_name() -> None:
    assert quotas(plan_of([(10, 0)] * 4), Decimal("0.15")) == {"lane/0": 2, "lane/1": 2, "lane/2": 1, "lane/3": 1}


def test_a_critical_item_makes_its_stratum_go_first_however_small() -> None:
    strata = [(200, 0), (1, 0), (1, 1), (1, 0)]
    assert quotas(plan_of(strata), Decimal("0.01")) == {"lane/0": 1, "lane/1": 0, "lane/2": 1, "lane/3": 0}
    many = plan_of([(9, 1)] * 6)
    assert set(quotas(many, Decimal("0.01")).values()) == {1}


def test_within_a_stratum_the_smallest_digests_of_the_ids_go_first() -> None:
    plan = plan_of([(40, 0)])
    by_digest = sorted((one.key for one in plan), key=lambda key: sha256(key.encode()).hexdigest())
    assert set(canary(plan, Decimal("0.10"))) == {*by_digest[:4]}


@pytest.mark.parametrize(
    ("n", "size", "critical", "total"),
    [
        (1, "0.01", 0, 1),
        (144, "0.10", 0, 14),
        (145, "0.10", 0, 15),
        (5, "0.10", 0, 1),
        (25, "0.10", 0, 3),
        (35, "0.10", 0, 4),
        (10, "0.10", 3, 3),
        (10, "1", 0, 10),
        (0, "0.10", 0, 0),
    ],
)
def test_sizes_are_rounded_half_up_in_exact_arithmetic(n: int, size: str, critical: int, total: int) -> None:
    assert sample_size(n, Decimal(size), critical) == total


@pytest.mark.parametrize("size", ["0", "-0.1", "1.01", "NaN", "Infinity"])
def test_what_is_no_share_is_refused(size: str) -> None:
    with pytest.raises(Refused) as refused:
        canary(plan_of([(3, 0)]), Decimal(size))
    assert refused.value.code == "canary.bad-size"


def test_no_items_have_no_canary_and_twins_are_a_bug() -> None:
    assert (quotas([], Decimal("0.10")), canary([], Decimal("0.10"))) == ({}, ())
    with pytest.raises(Bug, match="one id"):
        canary([Candidate("a", "x"), Candidate("a", "y")], Decimal(1))


def test_a_stratum_is_a_lane_and_the_first_folder_of_the_destination() -> None:
    assert stratum_of("core", "core/billing/tax.py") == "core/core"
    assert stratum_of("root", "setup.py") == "root/setup.py"
