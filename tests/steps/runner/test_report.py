"""A supervisor's report reads back as it was written, or is known not to be whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.steps.runner.report import Report, read, written

names = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20)
reports = st.builds(
    Report,
    st.none() | st.integers(0, 65535),
    timed_out=st.booleans(),
    crowded=st.booleans(),
    protections=st.lists(names, max_size=8),
    survivors=st.lists(st.integers(1, 1 << 22), max_size=8),
)


@given(reports)
def test_it_reads_back(report: Report) -> None:
    found = read(written(report))
    assert found is not None
    assert vars(found) == vars(report)


@given(reports, st.data())
def test_one_that_was_cut_is_none(report: Report, data: st.DataObject) -> None:
    whole = written(report)
    assert read(whole[: data.draw(st.integers(0, len(whole) - 1))]) is None
