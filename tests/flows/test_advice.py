"""What a model says decides no gate and no approval, over however many steps; a person may read it."""

from __future__ import annotations

from typing import Any

import pytest

from laneshift.flows.advice import advice_faults
from laneshift.flows.model import Flow, Step

ASK = Step("ask", "model", {"url": "https://example.org/v1", "model": "m", "prompt": "Good?"})


def faults(*steps: Step) -> list[str]:
    return [name for name, _ in advice_faults(Flow("a", (ASK, *steps)))]


def gate(**more: Any) -> Step:
    return Step(**{"name": "smoke", "kind": "gate", "settings": {"gate": "smoke"}, **more})


@pytest.mark.parametrize(
    "step",
    [
        gate(when="'good' in steps.ask.value.text"),
        gate(when="steps['ask'].state == 'done'"),
        gate(when="get(steps, 'ask') != null"),
        gate(settings={"gate": "smoke", "tree": "${ steps.ask.value.text }"}),
        gate(settings={"gate": "smoke", "deep": [{"least": "x${ steps.ask.value.text }"}]}),
        gate(each="[steps.ask.value.text]"),
        Step("yes", "approval", {}, when="steps.ask.value.text == 'ask'"),
        Step("yes", "approval", {"plan": "${ steps.ask.value.text }"}),
    ],
)
def test_what_rests_on_a_model_is_told(step: Step) -> None:
    assert faults(step) == [step.name]


def test_so_is_what_rests_on_it_by_way_of_other_steps() -> None:
    one = Step("one", "command", {"command": ["echo", "${ steps.ask.value.text }"]})
    two = Step("two", "action", {"action": "fail"}, when="steps.one.value.output != ''")
    assert faults(one, two, gate(when="steps.two.state == 'skipped'")) == ["smoke"]


def test_names_with_a_dash_may_be_spelled_otherwise() -> None:
    asked = Step("ask-it", "model", ASK.settings)
    flow = Flow("a", (asked, gate(when="steps.ask_it.value.text == ''")))
    assert [name for name, _ in advice_faults(flow)] == ["smoke"]


def test_a_person_may_read_advice_and_others_may_act_on_it() -> None:
    shown = Step("yes", "approval", {"text": "The model says: ${ steps.ask.value.text }"})
    issue = Step("tell", "action", {"action": "issue.put", "body": "${ steps.ask.value.text }"})
    after = gate(when="steps.yes.state == 'done'")
    assert faults(shown, issue, after) == []


def test_a_gate_beside_a_model_is_no_fault() -> None:
    assert faults(gate(), gate(name="other", when="inputs.model == 'ask'")) == []


def test_an_expression_that_cannot_be_read_is_no_crash() -> None:
    assert faults(gate(when="steps.ask.("), gate(name="other", settings={"gate": "${ steps.ask"})) == []
