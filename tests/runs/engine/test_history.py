"""What the rows of the store say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.runs.engine.history import UNFINISHED, Row, forgettable, refuse_strangers

STATUSES = (*UNFINISHED, "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
KEYS = st.sampled_from(["a", "a/1", "a/1/x", "a/2", "b", "b/1"])
ROWS = st.lists(
    st.builds(Row, KEYS, st.just("w"), st.sampled_from(STATUSES), st.just("v1"), st.none() | KEYS),
    unique_by=lambda row: row.key,
)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PENDING", "running"),
        ("ENQUEUED", "running"),
        ("DELAYED", "running"),
        ("SUCCESS", "done"),
        ("ERROR", "failed"),
        ("CANCELLED", "cancelled"),
        ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", "failed"),
    ],
)
def test_states_are_told_in_the_words_of_the_port(status: str, state: str) -> None:
    row = Row("k", "w", status, "v1", None)
    assert (row.state, row.ended) == (state, state != "running")


@given(ROWS, st.sampled_from(["", "a", "a/", "z"]))
def test_nothing_below_unfinished_work_is_forgotten(rows: list[Row], prefix: str) -> None:
    by_key = {row.key: row for row in rows}
    gone = forgettable(rows, prefix)
    assert len(set(gone)) == len(gone)
    for key, row in by_key.items():
        above, seen = row, []
        while above is not None and above.key not in seen:
            seen.append(above.key)
            above = by_key.get(above.parent) if above.parent else None
        needed = any(not by_key[one].ended for one in seen)
        assert (key in gone) is (key.startswith(prefix) and not needed)


def test_work_of_another_version_or_of_an_unknown_kind_is_refused_by_name() -> None:
    rows = [Row(f"k{n}", "w", "PENDING", "v1", None) for n in range(7)]
    refuse_strangers(rows, "v1", {"w"})
    refuse_strangers([], "v2", set())
    for version, workflows in (("v2", {"w"}), ("v1", {"renamed"})):
        with pytest.raises(Refused) as caught:
            refuse_strangers(rows, version, workflows)
        assert (caught.value.code, caught.value.where) == ("engine.other-version", "k0, k1, k2, k3, k4, ...")
        assert caught.value.what.startswith("7 ")
