"""The parts of pages that are computed: burndown, graph of lanes, trend of the ratchet, reports as tables."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from laneshift.errors import Fault, Refused
from laneshift.evidence.records import Record
from laneshift.lanes.model import Lane
from laneshift.server.pages.burndown import Burndown, Point, drawn
from laneshift.server.pages.lane_graph import MOST
from laneshift.server.pages.lane_graph import drawn as graph_of
from laneshift.server.pages.ratchet_trend import lengths
from laneshift.server.pages.rendering import chart, part, seen
from laneshift.server.pages.reports import parted
from tests.repo.builders import commit_files, repo_at


def record(seq: int, kind: str, **facts: object) -> Record:
    return Record(seq, f"p/{seq}", kind, 1000 * seq, "a", "t", facts, "", "", "")


def test_the_burndown_follows_every_way_that_an_item_can_go() -> None:
    records = [
        record(1, "item.claimed", item="a"),
        record(2, "item.settled", item="a", state="ready-to-land"),
        record(3, "item.settled", item="b", state="quarantined"),
        record(4, "item.claimed", item="b"),
        record(5, "item.settled", item="b", state="verified"),
        record(6, "land.recorded", items=["a"]),
        record(7, "rollback.recorded", items=["a"]),
    ]
    begun = Burndown(0, frozenset({"a", "b"}), 1)
    found = begun.after(records, 7).points
    for cut in range(8):
        # Whoever follows comes to the same, wherever they looked in between, and hears nothing twice.
        assert begun.after(records, cut).after(records, 7).points == found
    assert [(each.left, each.attention, each.landed) for each in found] == [
        (2, 1, 0),
        (1, 1, 0),
        (0, 2, 0),
        (1, 1, 0),
        (0, 1, 0),
        (0, 1, 1),
        (0, 1, 0),
    ]
    svg = drawn("core", found)
    assert "0 left, 1 need a person, 0 landed" in svg
    words = [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert [word for word in words if word.isdigit()][:5] == ["4", "3", "2", "1", "0"], "no fractions of items"
    assert not [word for word in words if "." in word or word.startswith("-")]
    assert drawn("core", []) == ""
    assert drawn("core", [Point(5, 3, 0, 0)])


def test_a_chart_has_its_style_in_a_file() -> None:
    svg = chart(drawn("<core>", [Point(5, 3, 0, 0), Point(9, 1, 0, 0)]))
    assert "<style" not in svg
    assert 'class="chart ' in svg
    assert "&lt;core&gt;" in svg


def test_what_turns_text_around_is_shown_as_such() -> None:
    assert seen("a\u202eb\x1b[31m\ud800") == "a\ufffdb\ufffd[31m\ufffd"
    assert seen("two\n\tlines") == "two\n\tlines"
    assert seen(3) == 3


def test_the_graph_tells_what_is_allowed_and_what_is_broken() -> None:
    lanes = [
        Lane("core", ("core/**",), may_import=frozenset({"core", "laboratory"})),
        Lane("labs", ("labs/**",), may_import=frozenset(), aliases=("laboratory",)),
        Lane("tests", ("tests/**",)),
    ]
    graph = graph_of(lanes, {("labs", "core"): 3})
    assert graph is not None
    assert [(each.source, each.target, each.count) for each in graph.arrows] == [
        ("core", "labs", 0),
        ("labs", "core", 3),
    ]
    assert len({(each.x, each.y) for each in graph.nodes}) == 3
    assert graph_of(lanes[:1], {}) is None
    assert graph_of([Lane(f"l{number}", ()) for number in range(MOST + 1)], {}) is None


def test_reports_are_parted_into_values_tables_and_the_rest() -> None:
    plain, tables, rest = parted({"a": 1, "b": [{"x": 1}], "c": {"y": 2}, "d": [], "e": ["z"], "f": None})
    assert (plain, tables, rest) == ({"a": 1, "f": None}, {"b": [{"x": 1}]}, {"c": {"y": 2}, "e": ["z"]})


@pytest.mark.parametrize("broken", [False, True])
def test_the_ratchet_has_one_point_for_each_version_of_its_list(tmp_path: Path, broken: bool) -> None:
    line = "direct\tcore\tlabs\tcore/{0}.py\tlabs/{0}.py\n"
    repository = repo_at(tmp_path / "repo", {"known.txt": line.format("a") + line.format("b"), "x": "1"})
    commit_files(tmp_path / "repo", {"x": "2"})
    if broken:
        commit_files(tmp_path / "repo", {"known.txt": "nonsense\n"})
    commit_files(tmp_path / "repo", {"known.txt": line.format("b")})
    tip = repository.commit_id("HEAD")
    assert [each.known for each in lengths(repository, tip, "known.txt")] == [2, 1]
    assert lengths(repository, tip, "nothing.txt") == []


@pytest.mark.parametrize("known", [True, False])
def test_what_is_wrong_is_told_with_each_place(known: bool) -> None:
    faults = [Fault("bad.line", f"a/{number}.py", f"fault {number}", "mend it") for number in range(60)]
    error = Refused("bad.batch", "60 faults", where="<a>.tsv", why="so", cure="mend them", faults=faults)
    told = str(part("parts.html", "wrong")(error if known else error.as_dict()))
    for words in ("60 faults", "&lt;a&gt;.tsv", "so", "What helps: mend them", "bad.batch", "a/49.py", "fault 49"):
        assert words in told, words
    assert "fault 50" not in told
    assert "10 more" in told


def test_what_is_wrong_is_not_told_twice() -> None:
    one = Refused("bad.batch", "it is bad: a line", where="a.py", faults=[Fault("bad.line", "a.py", "a line")])
    told = str(part("parts.html", "wrong")(one))
    assert told.count("a.py") == 1
    assert "What helps" not in told
