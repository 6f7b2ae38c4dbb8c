"""What doctor says of keys."""

from __future__ import annotations

import pytest

from laneshift.runs.doctor.row import Status
from laneshift.runs.doctor.signing import key_rows
from laneshift.runs.key_checking import KeyCheck, Standing


@pytest.mark.parametrize(
    ("standing", "status"),
    [("no-key", "ok"), ("quiet", "ok"), ("due", "warn"), ("overdue", "fail"), ("missing", "fail")],
)
def test_a_key_that_does_not_sign_is_a_failure_and_none_at_all_is_a_choice(standing: Standing, status: Status) -> None:
    (row,) = key_rows([KeyCheck("journal", standing, "so it is", "journal-1", 81)])
    assert (row.check, row.status, row.what) == ("key: journal", status, "journal-1: so it is")
    assert bool(row.cure) == (status != "ok")
    assert row.data["standing"] == standing
