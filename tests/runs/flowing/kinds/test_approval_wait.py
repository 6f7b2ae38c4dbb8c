"""Approval steps: a person's word, never an agent's; of a plan, the signatures that its repository asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laneshift.runs.flowing.effects import NotYet, Signal
from laneshift.runs.flowing.kinds.table import Table
from tests.runs.flowing.kinds.scene import act, done, failed, repository, site_at, work

BATCH = "labs.report\tlabs/report.py\tcore/report.py\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("approvals") / "repo")


@pytest.fixture(scope="module")
def table(place: Path) -> Table:
    return Table(site_at(place))


def said(value: Any = None, by: str = "person:ada@example.org", name: str = "approve") -> tuple[Signal, ...]:
    return (Signal("1", name, value, by),)


def test_it_waits_for_its_signal(table: Table) -> None:
    outcome = table.perform(work("approval", {"text": "Land it?", "signal": "go"}))
    assert outcome == NotYet(None, "Land it?", ("go",))
    assert isinstance(table.perform(work("approval", {"signal": "go"}, signals=said())), NotYet)


@pytest.mark.parametrize("value", [None, True, {}, {"approve": True}, {"why": "looks good"}])
def test_a_yes_is_done_with_who_said_it(table: Table, value: Any) -> None:
    told = done(table.perform(work("approval", {}, signals=said(value))))
    assert (told["by"], told["said"]) == (["person:ada@example.org"], value)


@pytest.mark.parametrize("value", [False, {"approve": False, "why": "not today"}, "yes", 1, {"approve": "yes"}, []])
def test_everything_else_is_a_no(table: Table, value: Any) -> None:
    assert failed(table.perform(work("approval", {}, signals=said(value)))).code == "flow.refused"


def test_an_agent_never_approves(table: Table) -> None:
    assert isinstance(table.perform(work("approval", {}, signals=said(by="agent:coder"))), NotYet)
    both = (*said(by="agent:coder"), *said(False))
    assert failed(table.perform(work("approval", {}, signals=both))).code == "flow.refused"


def test_a_plan_that_needs_nobody_waits_for_the_signal(table: Table) -> None:
    plan = act(table._site, "batch.plan", called="one.tsv", batch=BATCH)["plan"]
    assert isinstance(table.perform(work("approval", {"plan": plan})), NotYet)
    assert done(table.perform(work("approval", {"plan": plan}, signals=said())))["plan"] == plan


def test_a_plan_that_is_not_there_fails(table: Table) -> None:
    assert failed(table.perform(work("approval", {"plan": "no-such-plan"}))).code.startswith("plan.")
