"""The size of trains: its two given points, its laws, and that one bad item does not make everybody wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.evidence.records import Record
from laneshift.runs.train_cuts import passengers
from laneshift.runs.train_size import PRIOR, WINDOW, rate, size_for, train_size

shares = st.floats(0, 1)
histories = st.lists(st.booleans(), max_size=400)


def length(share: float) -> float:
    size = size_for(share)
    return float("inf") if size is None else size


def test_the_points_that_were_asked_for() -> None:
    assert [size_for(share) for share in (0.0, 0.005, 0.01)] == [None] * 3
    assert [size_for(share) for share in (0.03, 0.1)] == [16, 8]
    assert [size_for(share) for share in (0.011, 0.02, 0.3, 1.0)] == [29, 20, 4, 2]


@given(shares, shares)
def test_more_bad_items_never_make_longer_trains(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert length(low) >= length(high) >= 2


@given(histories)
def test_a_bad_item_never_lengthens_and_a_good_one_never_shortens(history: list[bool]) -> None:
    # Within the window; beyond it an old item is forgotten, which may have been a bad one.
    history = history[: WINDOW - 1]
    now = train_size("auto", history)
    worse, better = train_size("auto", [*history, True]), train_size("auto", [*history, False])
    reach = [float("inf") if size.most is None else size.most for size in (worse, now, better)]
    assert reach == sorted(reach)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_rate_is_what_was_seen_once_enough_was_seen(good: int, bad: int) -> None:
    seen = good + bad
    assert 0 <= rate(seen, bad) <= 1
    assert rate(seen, bad) <= bad / max(seen, 1)
    if seen >= PRIOR:
        assert rate(seen, bad) == bad / seen


def test_one_early_failure_changes_nothing_and_three_do() -> None:
    assert train_size("auto", []).most is None
    assert train_size("auto", [True]).most is None
    assert train_size("auto", [False, True]).most is None
    assert train_size("auto", [True] * 3).most == 16
    assert train_size("auto", [True] * 10).most == 8


def test_what_is_long_past_is_forgotten() -> None:
    assert train_size("auto", [True] * 50 + [False] * WINDOW).most is None
    assert train_size("auto", [True] * 50 + [False] * (WINDOW - 50)).most == size_for(50 / WINDOW)


@given(histories, st.integers(1, 50))
def test_a_setting_is_obeyed(history: list[bool], setting: int) -> None:
    size = train_size(setting, history)
    assert (size.most, size.fixed) == (setting, True)
    assert "landing.train_size" in size.why


@given(st.lists(st.integers(), unique=True, max_size=60).map(lambda ids: [str(each) for each in ids]), histories)
def test_cuts_in_order_lose_and_double_nothing(items: list[str], history: list[bool]) -> None:
    size, left, landed = train_size("auto", history), items, []
    for _ in range(len(items)):
        cut = size.cut(left)
        landed, left = [*landed, *cut], left[len(cut) :]
    assert landed == items


def test_the_reason_names_the_numbers() -> None:
    assert train_size("auto", []).why == "the whole queue at a time: no item was in a train yet"
    assert train_size("auto", [True] * 3 + [False] * 97).why == (
        "16 at a time: 3 of the last 100 item(s) in trains were bad (3.0 %)"
    )
    assert "(50.0 %, counted as of 100)" in train_size("auto", [True, False]).why


def test_only_culprits_count_as_bad() -> None:
    def record(kind: str, **facts: object) -> Record:
        return Record(1, "key", kind, 0, "a", "t", {"plan": "p", **facts}, "", "", "")

    told = [
        record("item.settled", item="a", state="quarantined", evidence="sha256:1"),
        record("item.settled", item="b", state="held", evidence="sha256:2"),
        record("item.settled", item="c", state="held", evidence=""),
        record("item.settled", item="d", state="ready-to-land", evidence="sha256:3"),
        record("land.recorded", items=["d", "e"]),
        record("land.combined", items=["d", "e"]),
    ]
    assert passengers(told) == [True, False, False]
