"""Drawings of flows: well-formed, heard as well as seen, and a state is a word before it is a colour."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import get_args

import pytest

from laneshift.flows.machine import StepState
from laneshift.flows.model import Body, Flow, Step
from laneshift.reports.flow_drawing import svg_of
from laneshift.reports.svg import stylesheet

NS = "{http://www.w3.org/2000/svg}"
FLOW = Flow(
    "nightly",
    (
        Step("health", "action", description="Measure <everything> & tell"),
        Step("bench", "action", needs=()),
        Step("compare", "command", needs=("health", "bench"), each="inputs.lanes"),
        Step("issue", "action", when="steps.compare.value.worse", compensate=Body("http")),
    ),
)
STATES = sorted(each.name for each in get_args(StepState))


def _drawn(**states: str) -> ET.Element:
    return ET.fromstring(svg_of(FLOW, states))


def _words(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{NS}text")]


def test_every_step_is_drawn_with_what_it_is_and_when_it_goes() -> None:
    words = _words(_drawn())
    for told in ("health", "bench", "compare", "issue", "each of inputs.lanes", "taken back by http"):
        assert told in words
    assert any(line.startswith("when steps.") for line in words)


def test_whoever_hears_it_is_told_every_step_in_order() -> None:
    root = _drawn(health="done", bench="working")
    ids = {each.get("id"): each.text or "" for each in root if each.get("id")}
    title, told = (ids[name] for name in (root.get("aria-labelledby") or "").split())
    assert title == "The flow nightly"
    assert root.get("role") == "img"
    assert "1. health: action · done." in told
    assert "3. compare, after health and bench: command, each of inputs.lanes." in told
    assert told.index("2. bench") < told.index("4. issue, after compare")


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_a_word_and_has_a_colour_of_the_style(state: str) -> None:
    root = _drawn(health=state)
    assert f"action · {state}" in _words(root)
    stripe = next(each for each in root.iter(f"{NS}rect") if each.get("width") == "6")
    assert f".{stripe.get('class')}{{" in stylesheet(".x").replace(".x ", "")
    assert stripe.get("class") != "s0"


def test_what_goes_on_is_framed_and_further_words_stand_beside_the_state() -> None:
    def frame(state: str) -> str:
        boxes = [each for each in _drawn(health=state).iter(f"{NS}rect") if each.get("rx")]
        return boxes[0].get("stroke-width") or ""

    assert frame("working") != frame("done") == frame("pending")
    assert "action · working · attempt 2" in _words(
        ET.fromstring(svg_of(FLOW, {"bench": "working"}, {"bench": "attempt 2"}))
    )


def test_there_is_a_line_for_each_need_and_all_of_it_is_in_the_picture() -> None:
    root = _drawn()
    assert len(root.findall(f"{NS}path")) == 3
    assert len(root.findall(f"{NS}polygon")) == 3
    _, _, width, height = (float(each) for each in (root.get("viewBox") or "").split())
    assert (float(root.get("width") or 0), float(root.get("height") or 0)) == (width, height)
    for each in root.iter(f"{NS}rect"):
        assert 0 <= float(each.get("x") or 0) <= float(each.get("x") or 0) + float(each.get("width") or 0) <= width
        assert float(each.get("y") or 0) + float(each.get("height") or 0) <= height
    for path in root.findall(f"{NS}path"):
        assert re.fullmatch(r"[MCV0-9 .]+", path.get("d") or "")


def test_what_people_wrote_cannot_leave_its_place() -> None:
    name = 'a"><script>&\u202e'
    drawn = svg_of(Flow(name, (Step(name, name, when=name, each=name, description=name),)), {name: name}, {name: name})
    root = ET.fromstring(drawn)
    assert not list(root.iter(f"{NS}script"))
    assert "\u202e" not in drawn


def test_the_same_run_is_drawn_the_same_twice() -> None:
    assert svg_of(FLOW, {"bench": "done"}) == svg_of(FLOW, {"bench": "done"}) != svg_of(FLOW, {"bench": "failed"})
