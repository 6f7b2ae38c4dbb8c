"""What the policies decide, as a table; and that nothing broken, forged or unknown ever permits anything."""

from __future__ import annotations

import itertools

import pytest

from laneshift.errors import Refused
from laneshift.server.auth.actions import ACTIONS, GROUPS, covers
from laneshift.server.auth.policies import REPOSITORY, Policies, Resource, parsed, shipped
from laneshift.server.auth.principal import Principal, checked
from tests.server.decisions import LABELLED, WITH_OWN

BATCH = Resource("Batch", "core", {"name": "core", "lanes": ["core", "labs"], "author": "ada@x.org", "target": "main"})
SERVE = Resource("Batch", "prod", {"name": "prod", "lanes": ["serve"], "author": "ada@x.org", "target": "main"})
RESOURCES = {"repository": REPOSITORY, "core": BATCH, "prod": SERVE}
OWN = """
@id("ours.read") permit (principal, action in Laneshift::Action::"reading", resource);
@id("ours.operate") permit (
  principal in Laneshift::Role::"operator", action in Laneshift::Action::"operating", resource is Laneshift::Batch
) when { ["core", "labs"].containsAll(resource.lanes) };
@id("ours.production") permit (
  principal == Laneshift::Person::"ada@x.org", action, resource is Laneshift::Batch
) when { resource.lanes.contains("serve") };
@id("ours.everything") permit (principal in Laneshift::Role::"root", action, resource);
permit (principal == Laneshift::Agent::"robot@x.org", action == Laneshift::Action::"item.claim", resource)
  when { principal.owner == "ada@x.org" };
"""


def principal(words: str) -> Principal:
    """`person ada reader+operator @scope` as one."""
    kind, name, roles, *scopes = words.split()
    owner = "ada@x.org" if kind == "agent" else ""
    named = tuple(roles.split("+"))
    plain = tuple(scope.removeprefix("@") for scope in scopes)
    return Principal(checked(kind, f"{name}@x.org", named, owner), f"{name}@x.org", named, "key:test", plain, owner)


def test_there_are_enough_labelled_decisions_of_each_kind() -> None:
    every = [*LABELLED, *WITH_OWN]
    assert len(every) >= 100
    assert len(set(LABELLED)) + len(set(WITH_OWN)) == len(every)
    assert min(sum(word == "allow" for *_, word in every), sum(word != "allow" for *_, word in every)) >= 30


@pytest.mark.parametrize(("who", "action", "what", "label"), LABELLED)
def test_the_shipped_policies_decide_as_labelled(who: str, action: str, what: str, label: str) -> None:
    check_decision(shipped(), who, action, what, label)


@pytest.mark.parametrize(("who", "action", "what", "label"), WITH_OWN)
def test_the_policies_of_a_repository_decide_as_labelled(who: str, action: str, what: str, label: str) -> None:
    check_decision(parsed(OWN, "own"), who, action, what, label)


def check_decision(policies: Policies, who: str, action: str, what: str, label: str) -> None:
    """`label` is `allow`, or the policy that refuses; `nothing` is a refusal because nothing permits."""
    found = policies.decide(principal(who), action, RESOURCES[what])
    assert found.allowed is (label == "allow"), found.why
    if label == "nothing":
        assert found.policies == ()
    elif label == "allow":
        assert found.policies
    else:
        assert label in found.policies


def test_no_roles_let_an_agent_that_may_only_suggest_do_more_than_read_suggest_and_ask() -> None:
    rest = ACTIONS - {*GROUPS["reading"], *GROUPS["suggesting"], *GROUPS["asking"]}
    roles = ("admin", "operator", "approver", "agent", "root")
    for policies, what in itertools.product((shipped(), parsed(OWN, "own")), RESOURCES.values()):
        for count in (0, 1, len(roles)):
            bot = principal(f"agent robot {'+'.join(('suggest_only', *roles[:count]))}")
            assert {action for action in rest if policies.decide(bot, action, what).allowed} == set()
            assert policies.decide(bot, "plan.read", what).allowed


def test_an_agent_never_approves_and_never_keeps_keys_whatever_policies_say() -> None:
    everything = parsed("permit (principal, action, resource);", "lenient")
    bot = principal("agent robot admin+approver")
    for action in (*GROUPS["approving"], *GROUPS["administering"]):
        assert not everything.decide(bot, action, BATCH).allowed
    assert everything.decide(bot, "item.claim", BATCH).allowed
    assert everything.decide(principal("person ada x"), "plan.approve", BATCH).allowed


@pytest.mark.parametrize(
    "text",
    [
        "permit (",
        'permit (principal, action == Laneshift::Action::"plan.raed", resource);',
        'permit (principal in Laneshift::Group::"x", action, resource);',
        'permit (principal, action, resource is Laneshift::Batch) when { resource.lane == "core" };',
        "permit (principal == ?principal, action, resource);",
        '@id("guard.scope") permit (principal, action, resource);',
        "}; permit (principal, action, resource); forbid (principal, action, resource) when {",
        "// a comment\n" * 40_000,
        "permit (principal, action, resource) when { context.scope };",
        "\x00",
    ],
)
def test_a_policy_file_that_cannot_be_used_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parsed(text, "abc:laneshift.policies.cedar")
    assert caught.value.code == "policy.broken"
    assert caught.value.where == "abc:laneshift.policies.cedar"
    assert caught.value.faults


def test_a_file_without_policies_permits_nothing() -> None:
    empty = parsed("// nothing yet\n", "own")
    assert not any(empty.decide(principal("person ada admin"), action, REPOSITORY).allowed for action in ACTIONS)


def test_a_policy_that_cannot_be_evaluated_refuses() -> None:
    overflow = "forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };"
    found = parsed(f"permit (principal, action, resource); {overflow}", "own")
    decision = found.decide(principal("person ada admin"), "plan.read", BATCH)
    assert not decision.allowed
    assert decision.errors
    assert "cannot be evaluated" in decision.why


def test_a_policy_without_a_name_is_told_by_its_place() -> None:
    found = parsed(OWN, "own").decide(principal("agent robot agent"), "item.claim", BATCH)
    assert found.policies == ("policy 5 of own",)


def test_the_digest_covers_every_policy_and_the_guard_rails() -> None:
    assert parsed(OWN, "a").digest == parsed(OWN, "b").digest
    assert len({parsed(OWN, "a").digest, parsed(f"{OWN} ", "a").digest, shipped().digest}) == 3


def test_an_action_is_in_one_group_and_scopes_name_either() -> None:
    assert len(ACTIONS) == sum(map(len, GROUPS.values()))
    assert covers((), "plan.approve")
    assert covers(("reading",), "plan.read")
    assert covers(("plan.read",), "plan.read")
    assert not covers(("reading",), "plan.create")


def test_an_unknown_action_or_role_is_refused() -> None:
    assert not shipped().decide(principal("person ada admin+root"), "plan.destroy", REPOSITORY).allowed
    assert not shipped().decide(principal("person ada king"), "plan.read", REPOSITORY).allowed
