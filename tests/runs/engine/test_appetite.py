"""How much a worker takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.runs.engine.appetite import appetite

COUNTS = st.integers(0, 50)


def test_an_idle_worker_takes_work_ahead_and_a_busy_one_none() -> None:
    assert appetite(0, 0, 3, 0.0) == 6
    assert appetite(3, 0, 3, 0.0) == 3
    assert appetite(0, 6, 3, 0.0) == 0


@given(COUNTS, COUNTS, st.integers(1, 20), st.floats(0, 5))
def test_it_never_takes_beyond_its_slots_and_never_starves(heavy: int, fresh: int, workers: int, since: float) -> None:
    taken = appetite(heavy, fresh, workers, since)
    assert 0 <= taken <= 2 * workers
    assert taken >= 1 or since < 1.0
    assert taken + heavy + fresh <= 2 * workers or taken <= 1
