"""What the forge shows beside a change: one check for the plan, one for the suite, one for each gate. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from laneshift.forge.port import Check
from laneshift.runs.reviews.facts import ChangeFacts, GateFacts

_LONGEST = 180


def checks_of(facts: ChangeFacts) -> list[Check]:
    """The checks at the change's commit. Nothing is a success that was not looked at."""
    tree = dict(facts.digests).get("Tree", "")[:12]
    plan = Check("laneshift/plan", "success", f"{len(facts.items)} item(s) of {facts.plan[:80]}, tree {tree}")
    return [plan, _suite(facts), *_gates(facts)]


def _suite(facts: ChangeFacts) -> Check:
    if facts.suite is None:
        return Check("laneshift/suite", "error", "no test run of this tree is on record")
    return Check("laneshift/suite", "success", f"{facts.suite.passed} test(s) passed on the combined tree")


def _gates(facts: ChangeFacts) -> Iterator[Check]:
    for gate in facts.gates:
        told = {"passed": gate.passed, "waived": gate.waived, "not applicable": gate.not_applicable}
        told |= {"failed": gate.bad, "without a verdict": gate.missing}
        text = ", ".join(f"{count} {name}" for name, count in told.items() if count)
        yield Check(_context(gate.gate), _state(gate), f"{text} of {len(facts.items)}")


def _state(gate: GateFacts) -> Literal["error", "failure", "success"]:
    if gate.bad:
        return "failure"
    return "error" if gate.missing else "success"


def _context(gate: str) -> str:
    plain = "".join(c if c.isascii() and c.isprintable() else "?" for c in gate)
    return f"laneshift/gate/{plain}"[:_LONGEST]
