"""Which approvals stand: a table of labelled cases, each refusal with a reason of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

from laneshift.config import Agent, Approval, Settings
from laneshift.rollout.approval import Checked, Envelope, Facts, Policy, Subject, auto_allowed, standing
from laneshift.rollout.pins import of_text

_Fault = Literal["", "wrong-key", "edited", "revoked-key"]
NOW, HOUR = 1_000_000_000, 3600
ANN, BOB, EVE, BOT, TOOL = (f"{name}@acme.example" for name in ("ann", "bob", "eve", "bot", "tool"))
FACTS = Facts("name:acme", of_text("plan"), of_text("pins"), of_text("canary"), BOT)
ONE = Policy((ANN, BOB), agents={BOT: ANN, TOOL: BOB})
TWO = replace(ONE, two_person=True)
BY_HAND = replace(FACTS, author=ANN)
RED = replace(FACTS, canary_ok=False)
NONE_YET = replace(FACTS, canary="")


def by(name: str, fault: _Fault = "", method: str = "ssh", made: int = NOW - HOUR, **changes: Any) -> Checked:
    """An approval of the plan in `FACTS`, an hour old and good for a day, with something changed."""
    subject = Subject(FACTS.repository, FACTS.plan, FACTS.pins, FACTS.canary, name, made, made + 24 * HOUR)
    proof = {"signature": f"of {name} at {made}"}
    return Checked(Envelope(replace(subject, **changes), method, proof), fault)


@dataclass(frozen=True)
class Case:
    """Who approves under which policy, who counts in the end, and the code of each refusal."""

    given: list[Checked]
    approvers: list[str]
    refusals: list[str]
    policy: Policy = ONE
    facts: Facts = FACTS
    required: bool = True


OTHER = of_text("other")
CASES = {
    "one person": Case([by(ANN)], [ANN], []),
    "nobody": Case([], [], ["missing"]),
    "nobody, and nobody has to": Case([], [], [], replace(ONE, required=False)),
    "nobody has to, and the canary is red": Case([], [], [], replace(ONE, required=False), RED),
    "two people": Case([by(BOB), by(ANN)], [BOB, ANN], [], TWO, BY_HAND),
    "one of two": Case([by(ANN)], [ANN], ["one-person"], TWO, BY_HAND),
    "the same person twice": Case([by(ANN), by(ANN, made=NOW - 5)], [ANN], ["one-person"], TWO, BY_HAND),
    "the same approval replayed": Case([by(ANN), by(ANN)], [ANN], ["one-person"], TWO, BY_HAND),
    "two methods of one person": Case([by(ANN), by(ANN, method="passkey")], [ANN], ["one-person"], TWO, BY_HAND),
    "two people by two methods": Case([by(ANN), by(BOB, method="passkey")], [ANN, BOB], [], TWO, BY_HAND),
    "who planned by hand is one of the two": Case([by(ANN), by(BOB)], [ANN, BOB], [], TWO, BY_HAND),
    "the owner of the agent that planned, of two": Case([by(ANN), by(BOB)], [BOB], ["own-agent", "one-person"], TWO),
    "the owner of the agent that planned, of one": Case([by(ANN)], [ANN], []),
    "the owner of another agent": Case([by(BOB)], [BOB], ["one-person"], TWO),
    "the owner, and the agent writes in capitals": Case(
        [by(ANN)], [], ["own-agent", "missing"], TWO, replace(FACTS, author=BOT.upper())
    ),
    "the agent that planned": Case([by(BOT)], [], ["own-agent", "missing"]),
    "the agent that planned, although listed": Case(
        [by(BOT)], [], ["own-agent", "missing"], replace(ONE, people=(ANN, BOT))
    ),
    "another agent": Case([by(TOOL)], [], ["not-a-person", "missing"]),
    "another agent, although listed": Case([by(TOOL)], [], ["not-a-person", "missing"], replace(ONE, people=(TOOL,))),
    "an agent in capitals": Case([by(TOOL.upper())], [], ["not-a-person", "missing"]),
    "somebody else": Case([by(EVE)], [], ["not-a-person", "missing"]),
    "a person in other letters": Case([by(ANN.upper())], [], ["not-a-person", "missing"]),
    "a person and somebody else": Case([by(EVE), by(ANN)], [ANN], ["not-a-person"]),
    "another repository": Case([by(ANN, repository="name:evil")], [], ["other-repository", "missing"]),
    "another plan": Case([by(ANN, plan=OTHER)], [], ["other-plan", "missing"]),
    "other pins": Case([by(ANN, pins=OTHER)], [], ["drift", "missing"]),
    "another canary": Case([by(ANN, canary=OTHER)], [], ["drift", "missing"]),
    "a wrong key": Case([by(ANN, "wrong-key")], [], ["wrong-key", "missing"]),
    "an edited one": Case([by(ANN, "edited")], [], ["edited", "missing"]),
    "an edited one for another plan": Case([by(ANN, "edited", plan=OTHER)], [], ["edited", "missing"]),
    "a revoked key": Case([by(ANN, "revoked-key")], [], ["revoked-key", "missing"]),
    "a revoked key beside a good one": Case([by(ANN, "revoked-key"), by(ANN)], [ANN], ["revoked-key"]),
    "a proof of an unknown kind": Case([by(ANN, method="pgp")], [], ["unknown-method", "missing"]),
    "an expired one": Case([by(ANN, expires=NOW)], [], ["expired", "missing"]),
    "one that expires in a second": Case([by(ANN, expires=NOW + 1)], [ANN], []),
    "an expired one beside a new one": Case([by(ANN, expires=NOW - 9), by(ANN)], [ANN], ["expired"]),
    "one that is older than the team allows": Case(
        [by(ANN, made=NOW - 168 * HOUR, expires=NOW + HOUR)], [], ["expired", "missing"]
    ),
    "one that is nearly as old": Case([by(ANN, made=NOW - 168 * HOUR + 1, expires=NOW + HOUR)], [ANN], []),
    "one from the future": Case([by(ANN, made=NOW + 301)], [], ["not-yet", "missing"]),
    "one from a fast clock": Case([by(ANN, made=NOW + 300)], [ANN], []),
    "no canary yet": Case([by(ANN)], [], ["no-canary", "no-canary"], facts=NONE_YET),
    "a red canary": Case([by(ANN)], [], ["canary-red", "canary-red"], facts=RED),
    "a red canary that was green when signed": Case([by(ANN, canary=OTHER)], [], ["drift", "canary-red"], facts=RED),
    "nobody and a red canary": Case([], [], ["canary-red"], facts=RED),
    "nobody is listed": Case([by(ANN)], [], ["not-a-person", "missing"], Policy(())),
}


@pytest.mark.parametrize("label", CASES)
def test_who_stands(label: str) -> None:
    case = CASES[label]
    found = standing(case.policy, case.given, NOW, case.facts)
    assert list(found.approvers) == case.approvers
    assert [refusal.code for refusal in found.refusals] == [f"approval.{code}" for code in case.refusals]
    enough = len(case.approvers) >= (2 if case.policy.two_person else 1)
    assert found.holds is (enough or not case.policy.required)
    assert all(refusal.why for refusal in found.refusals)


def test_a_refusal_names_who_claimed_it_and_what_moved() -> None:
    refusal = standing(ONE, [by(ANN, pins=OTHER)], NOW, FACTS).refusals[0]
    assert refusal.approver == ANN
    assert OTHER in refusal.why
    assert FACTS.pins in refusal.why
    own = replace(by(ANN, "edited"), why="ssh-keygen says no")
    assert standing(ONE, [own], NOW, FACTS).refusals[0].why == "ssh-keygen says no"


def test_the_policy_is_read_from_the_settings() -> None:
    settings = Settings(
        approval=Approval(people=[ANN, BOB], two_person=True, hours=5),
        agents={"bot": Agent(email=BOT.upper(), owner=ANN)},
    )
    policy = Policy.of(settings)
    assert policy == Policy((ANN, BOB), True, {BOT: ANN}, True, 5)
    refusals = standing(policy, [by(ANN)], NOW, FACTS).refusals
    assert [refusal.code for refusal in refusals] == ["approval.own-agent", "approval.missing"]
    assert Policy.of(Settings()).required is False


@pytest.mark.parametrize(
    ("allowed", "lanes", "goes"),
    [
        (["labs"], ["labs"], True),
        (["labs", "core"], ["core"], True),
        (["labs"], ["labs", "core"], False),
        (["labs"], [""], False),
        (["labs"], [], False),
        ([], ["labs"], False),
        ([], [], False),
    ],
)
def test_a_plan_goes_by_itself_only_where_every_lane_may(allowed: list[str], lanes: list[str], goes: bool) -> None:
    assert auto_allowed(allowed, lanes) is goes
