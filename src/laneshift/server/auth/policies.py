"""Cedar policies: parsed once, validated against what there is to ask for, and asked again and again. Pure.

A repository's own policies take the place of the shipped ones; the guard rails are in force with either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import cedarpy

from laneshift.errors import Fault, Refused
from laneshift.evidence.canonical import digest_of
from laneshift.server.auth.actions import ACTIONS, GROUPS, covers
from laneshift.server.auth.principal import Principal

FILE = "laneshift.policies.cedar"
SHIPPED = "the policies that laneshift ships"
LARGEST = 256 * 2**10
_GUARD_ID = '@id("guard.'
_ENTITIES = """namespace Laneshift {
  entity Role;
  entity Repository;
  entity Lane in [Repository];
  entity Person in [Role];
  entity Agent in [Role] = { owner: String };
  entity Flow in [Repository] = { name: String };
  entity Batch in [Repository] = { name: String, lanes: Set<String>, author: String, target: String };
"""
_APPLIES = """ appliesTo {
    principal: [Person, Agent], resource: [Repository, Batch, Flow, Lane], context: { scoped: Bool, via: String }
  };
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """What an action is about. `attributes` are those of its type in the schema: a batch has name, lanes and author."""

    type: Literal["Repository", "Batch", "Flow", "Lane"]
    id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """As Cedar writes it."""
        return f"{self.type}::{json.dumps(self.id)}"


REPOSITORY = Resource("Repository", "this")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether `principal` may do `action`, and the policies that said so; none of them is a refusal by default.

    `errors` are policies that could not be evaluated: one is enough to refuse. `policy` is the digest of all policies.
    """

    allowed: bool
    principal: str
    roles: tuple[str, ...]
    via: str
    action: str
    resource: str
    policies: tuple[str, ...]
    errors: tuple[str, ...]
    policy: str

    @property
    def why(self) -> str:
        """One sentence for a person."""
        if self.errors:
            return f"a policy cannot be evaluated: {self.errors[0]}"
        if self.policies:
            return f"{'permitted' if self.allowed else 'forbidden'} by {', '.join(self.policies)}"
        return "no policy permits it"


@dataclass(frozen=True)
class Policies:
    """Policies ready for use. `origin` names where they come from, `digest` what they say, guard rails included."""

    origin: str
    digest: str
    handle: Any = field(repr=False)
    guards: int = field(repr=False)

    def decide(self, principal: Principal, action: str, resource: Resource) -> Decision:
        """Whether `principal` may do `action` with `resource`. Anything unexpected is a refusal."""
        actor = {"type": f"Laneshift::{principal.kind.capitalize()}", "id": principal.name}
        thing = {"type": f"Laneshift::{resource.type}", "id": resource.id}
        asked = {
            "principal": actor,
            "action": {"type": "Laneshift::Action", "id": action},
            "resource": thing,
            "context": {"scoped": covers(principal.scopes, action), "via": principal.via.partition(":")[0]},
        }
        roles = [{"type": "Laneshift::Role", "id": role} for role in principal.roles]
        attributes = {"owner": principal.owner} if principal.kind == "agent" else {}
        own = [
            {"uid": actor, "attrs": attributes, "parents": roles},
            {"uid": thing, "attrs": dict(resource.attributes), "parents": []},
        ]
        found = cedarpy.is_authorized(asked, self.handle, _base().with_added_json_str(json.dumps(own)))
        names = found.diagnostics.id_annotations_by_reason
        errors = tuple(str(error) for error in found.diagnostics.errors)
        return Decision(
            # What there is no such action for, a policy about all actions permits all the same.
            allowed=found.allowed and not errors and action in ACTIONS,
            principal=principal.id,
            roles=principal.roles,
            via=principal.via,
            action=action,
            resource=str(resource),
            policies=tuple(sorted(names.get(each) or self._numbered(each) for each in found.diagnostics.reasons)),
            errors=errors,
            policy=self.digest,
        )

    def _numbered(self, policy: str) -> str:
        """A policy without an `@id`, by its place in the file, from 1."""
        number = int(policy.removeprefix("policy")) - self.guards + 1
        return f"policy {number} of {self.origin}"


def parsed(text: str, origin: str) -> Policies:
    """The policies in `text`, which comes from `origin`.

    Raises `Refused` (`policy.broken`) with every fault for what does not parse, names an action, a type or an attribute
    that does not exist, is too long, or calls itself a guard rail.
    """
    guards = _shipped("guard_rails.cedar")
    if len(text.encode("utf-8", "surrogateescape")) > LARGEST:
        raise _broken(origin, [f"it is larger than {LARGEST} bytes"])
    if _GUARD_ID in text:
        raise _broken(origin, ["a policy calls itself `guard.`, as only those of laneshift do"])
    # By itself first: text that only parses behind the guard rails might change what they say.
    for each in (text, guards + text):
        judged = cedarpy.validate_policies(each, _schema())
        if not judged.validation_passed:
            raise _broken(origin, [str(error) for error in judged.errors])
    try:
        handle = cedarpy.PolicySet.from_str(guards + text)
    except ValueError as error:
        raise _broken(origin, [str(error)]) from error
    if handle.templates():
        raise _broken(origin, ["it has a template, which permits nothing here: write the policy out"])
    return Policies(origin, digest_of((guards + text).encode()), handle, guards.count("@id("))


def shipped() -> Policies:
    """The policies of a repository that has none of its own."""
    return parsed(_shipped("default.cedar"), SHIPPED)


@cache
def _base() -> cedarpy.Entities:
    """The actions and their groups, parsed once."""
    return cedarpy.Entities.from_json_str("[]", _schema())


@cache
def _schema() -> Any:
    """Every type and every action, so that a policy with a mistyped name is refused and not passed over."""
    groups = "".join(f'  action "{group}";\n' for group in GROUPS)
    actions = "".join(
        f'  action "{action}" in ["{group}"]{_APPLIES}' for group, members in GROUPS.items() for action in members
    )
    return cedarpy.Schema.from_str(f"{_ENTITIES}{groups}{actions}}}\n")


@cache
def _shipped(name: str) -> str:
    return (files("laneshift.server.auth") / name).read_text(encoding="utf-8")


def _broken(origin: str, faults: list[str]) -> Refused:
    return Refused(
        "policy.broken",
        "the policies cannot be used, so nobody may do anything",
        where=origin,
        cure="mend the file and commit it; `laneshift doctor --policy ACTION` tries it",
        faults=[Fault("policy.broken", origin, fault) for fault in faults],
    )
