"""What a remote shows after a push, and what follows from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.landing.sight import Sight, recovery_ref, verdict
from laneshift.repo.ref_names import is_valid

BASE, TIP, THEIRS = "b" * 40, "c" * 40, "d" * 40

CASES = {
    Sight(TIP, True, True): "landed",
    Sight(TIP, True, False): "landed",
    Sight(THEIRS, True, True): "landed",
    Sight(BASE, False, False): "untouched",
    Sight(THEIRS, False, False): "moved",
    Sight(None, False, False): "moved",
    Sight(THEIRS, False, True): "taken-away",
    Sight(BASE, False, True): "taken-away",
    Sight(None, False, True): "taken-away",
}


@pytest.mark.parametrize(("sight", "wanted"), CASES.items())
def test_every_sight_has_one_meaning(sight: Sight, wanted: str) -> None:
    assert verdict(sight, BASE) == wanted


@given(st.sampled_from([None, BASE, TIP, THEIRS]), st.booleans(), st.booleans())
def test_nothing_counts_as_landed_that_the_target_does_not_hold(there: str | None, holds: bool, mark: bool) -> None:
    found = verdict(Sight(there, holds, mark), BASE)
    assert (found == "landed") == (there is not None and holds)
    assert found != "untouched" or (there == BASE and not mark)


@given(st.text(min_size=1).filter(lambda name: "/" not in name), st.integers(1, 99))
def test_each_attempt_has_a_recovery_ref_of_its_own(plan: str, attempt: int) -> None:
    refs = {recovery_ref(f"{plan}/{key}", TIP) for key in (f"land-{attempt}", f"land-{attempt}/train-2", "rollback-1")}
    assert len(refs) == 3
    assert all(is_valid(ref) and ref.startswith("refs/laneshift/landed/") for ref in refs)
