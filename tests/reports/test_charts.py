"""Charts: well-formed, told in words, the same twice, and nothing drawn from nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Bug
from laneshift.reports.chart_lines import lines, sparkline
from laneshift.reports.charts import bars, percent, stacked
from laneshift.reports.svg import Series

NS = "{http://www.w3.org/2000/svg}"
Chart = Callable[[str, str, list[str], list[Series]], str]
CHARTS: list[Chart] = [bars, stacked, lines]
LABELS = ["one", "two"]
SERIES = [Series("before", (1, 2.5)), Series("after", (0, 4))]
VALUES = st.floats(0, 1e9, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_heard_as_well_as_seen(chart: Chart) -> None:
    root = ET.fromstring(chart("What is <so>", "One & two.", LABELS, SERIES))
    ids = {each.get("id"): each.text for each in root if each.get("id")}
    assert [ids[name] for name in (root.get("aria-labelledby") or "").split()] == ["What is <so>", "One & two."]
    assert root.get("role") == "img"
    style = root.findtext(f"{NS}style") or ""
    assert "prefers-color-scheme:dark" in style
    assert "var(--ink)" in style
    words = {each.text for each in root.iter(f"{NS}text")}
    assert {"What is <so>", "before", "after"} <= words


@pytest.mark.parametrize("chart", CHARTS)
def test_the_same_values_give_the_same_bytes_and_others_do_not(chart: Chart) -> None:
    assert chart("t", "d", LABELS, SERIES) == chart("t", "d", list(LABELS), list(SERIES))
    other = [SERIES[0], Series("after", (0, 5))]
    assert chart("t", "d", LABELS, SERIES) != chart("t", "d", LABELS, other)


def test_a_bar_is_as_long_as_its_value_and_says_it() -> None:
    root = ET.fromstring(bars("t", "d", LABELS, [Series("n", (2, 4))], " ms"))
    drawn = [each for each in root.iter(f"{NS}rect") if each.find(f"{NS}title") is not None]
    widths = [float(each.get("width") or 0) for each in drawn]
    assert widths[1] == pytest.approx(2 * widths[0])
    assert [each.findtext(f"{NS}title") for each in drawn] == ["one, n: 2 ms", "two, n: 4 ms"]


@settings(derandomize=True, max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=6))
def test_shares_fill_the_bar_and_never_more(values: list[float]) -> None:
    root = ET.fromstring(stacked("t", "d", ["all"], [Series(f"s{at}", (value,)) for at, value in enumerate(values)]))
    drawn = [each for each in root.iter(f"{NS}rect") if (each.findtext(f"{NS}title") or "").startswith("all, ")]
    wide = sum(float(each.get("width") or 0) for each in drawn)
    assert wide == (0 if not sum(values) else pytest.approx(494, abs=0.1))
    assert ("nothing" in {each.text for each in root.iter(f"{NS}text")}) == (not sum(values))


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=30))
def test_lines_stay_inside_their_frame(values: list[float]) -> None:
    labels = [str(at) for at in range(len(values))]
    for drawn in (lines("t", "d", labels, [Series("n", tuple(values))]), sparkline("t", "d", values)):
        root = ET.fromstring(drawn)
        wide, high = map(float, (root.get("viewBox") or "").split()[2:])
        points = [pair.split(",") for pair in (root.find(f"{NS}polyline").get("points") or "").split()]
        assert len(points) == len(values)
        assert all(0 <= float(x) <= wide and 0 <= float(y) <= high for x, y in points)


def test_a_value_that_was_not_measured_is_a_gap_and_one_between_gaps_is_a_dot() -> None:
    gap = float("nan")
    drawn = lines("t", "d", list("abcdef"), [Series("n", (1, 2, gap, 3, gap, gap))], " s", gaps=True)
    root = ET.fromstring(drawn)
    [line] = root.iter(f"{NS}polyline")
    [dot] = root.iter(f"{NS}circle")
    places = [float(pair.split(",")[0]) for pair in (line.get("points") or "").split()]
    assert len(places) == 2
    assert float(dot.get("cx") or 0) - places[1] == pytest.approx(2 * (places[1] - places[0]), abs=0.1)
    assert "3 s" in {each.text for each in root.iter(f"{NS}text")}, "the last that was measured is told"
    with pytest.raises(Bug, match="nothing but gaps"):
        lines("t", "d", ["a"], [Series("n", (gap,))], gaps=True)


@settings(derandomize=True, max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_text(words: str) -> None:
    drawn = bars(words, words, [words or "x"], [Series(words, (1,))])
    root = ET.fromstring(drawn.encode("utf-8"))
    assert {each.tag for each in root.iter()} <= {
        f"{NS}{tag}" for tag in ("svg", "title", "desc", "style", "rect", "text")
    }


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize(
    ("labels", "series", "code"),
    [
        ([], [], "charts.no-data"),
        (["a"], [], "charts.no-data"),
        (["a"], [Series("n", (1, 2))], "charts.bad-series"),
        (["a"], [Series("n", (float("nan"),))], "charts.no-number"),
        (["a"], [Series("n", (float("inf"),))], "charts.no-number"),
    ],
)
def test_nothing_is_drawn_from_nothing(chart: Chart, labels: list[str], series: list[Series], code: str) -> None:
    with pytest.raises(Bug) as error:
        chart("t", "d", labels, series)
    assert error.value.code == code


def test_amounts_below_nothing_are_refused_and_shares_of_nothing_are_no_number() -> None:
    with pytest.raises(Bug, match="least there can be"):
        bars("t", "d", ["a"], [Series("n", (-1,))])
    with pytest.raises(Bug):
        sparkline("t", "d", [])
    assert (percent(1, 3), percent(0, 0), percent(1, 800)) == ("33.3 %", "n/a", "0.1 %")
