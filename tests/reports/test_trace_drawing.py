"""A trace as a drawing says in words what became of every step, and what each was given."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from laneshift.reports.trace_drawing import svg_of
from tests.matriz.told import TRACE


def test_every_step_is_a_box_below_what_it_was_given() -> None:
    root = ElementTree.fromstring(svg_of(TRACE))
    names = [each for each in root.iter() if each.get("class") == "name"]
    height = {each.text: float(each.attrib["y"]) for each in names}
    assert sorted(height) == ["look", "parse", "sum", "tell", "weigh"]
    assert height["parse"] < height["look"] == height["weigh"] == height["sum"] < height["tell"]
    lines = [each for each in root.iter() if each.tag.endswith("path")]
    assert len(lines) == 5, "of two calls for one step there is one box, with one line to it"


def test_who_hears_it_is_told_everything() -> None:
    root = ElementTree.fromstring(svg_of(TRACE))
    title, told = (next(each.text for each in root if each.tag.endswith(kind)) for kind in ("}title", "}desc"))
    assert title == "The trace 0123456789abcdef"
    assert told == (
        "1. parse: thought · processing, parse done · 12.3 ms, confidence 0.50. "
        "2. look, given what parse said: thought · processing, look cut · 12.3 ms, quick done · 12.3 ms, "
        "confidence 0.50. "
        "3. weigh, given what parse said: thought · processing, weigh unfed. "
        "4. sum, given what parse said: thought · processing, sum not needed. "
        "5. tell, given what look and weigh said: thought · processing, tell done · 12.3 ms, confidence 0.50."
    )


def test_what_is_missing_is_dashed_and_the_answer_stands_out() -> None:
    drawn = svg_of(TRACE)
    assert len(re.findall("stroke-dasharray", drawn)) == 2
    assert len(re.findall('stroke-width="2.5"', drawn)) == 1
    assert "weigh &lt;was&gt; this" in drawn
    assert drawn == svg_of(TRACE)
