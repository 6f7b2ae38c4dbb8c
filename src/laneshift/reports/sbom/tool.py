"""What a program is made of, from the metadata of what is installed. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from laneshift.errors import CheckFailed
from laneshift.reports.sbom.installed import Installed
from laneshift.reports.sbom.licences import licence_of
from laneshift.reports.sbom.model import Component, Licence, Sbom, Scope, Subject

_DEVELOPMENT = "dev"


@dataclass(slots=True)
class _Closure:
    """Names reached so far, and who needs whom."""

    scopes: dict[str, Scope] = field(default_factory=dict)
    edges: dict[str, set[str]] = field(default_factory=dict)


def tool_bill(name: str, found: Mapping[str, Installed], facts: tuple[tuple[str, str], ...] = ()) -> Sbom:
    """The bill of the distribution `name`: what it requires, directly and on, under the markers of this interpreter.

    What its extras require is in it as optional where it is installed, but for the extra `dev`. Raises `CheckFailed`
    (`sbom.not-installed`) when something that is required is not there, and `sbom.bad-metadata` for a requirement that
    cannot be read: a bill that leaves something out would be wrong.
    """
    root = canonicalize_name(name)
    if root not in found:
        raise _missing(root, "the program itself")
    closure = _Closure()
    _follow(root, found, closure, "required", set())
    _follow(root, found, closure, "optional", {*found[root].extras} - {_DEVELOPMENT})
    purls = {each: _component(found[each], closure.scopes.get(each, "")).purl for each in closure.edges}
    purls[root] = ""
    parts = [_component(found[each], closure.scopes[each]) for each in sorted(closure.scopes)]
    edges = sorted((purls[one], tuple(sorted(purls[goal] for goal in goals))) for one, goals in closure.edges.items())
    subject = Subject("tool", found[root].name, found[root].version, _licence(found[root]), facts)
    return Sbom(subject, tuple(parts), tuple(edges))


def _follow(root: str, found: Mapping[str, Installed], closure: _Closure, scope: Scope, extras: set[str]) -> None:
    waiting = deque([(root, frozenset(extras))])
    done = set()
    while waiting:
        name, asked = waiting.popleft()
        if (name, asked) in done:
            continue
        done.add((name, asked))
        closure.edges.setdefault(name, set())
        for text in found[name].requires:
            need = _requirement(text, name)
            goal = canonicalize_name(need.name)
            if not _holds(need, asked):
                continue
            if goal not in found:
                if scope == "optional":
                    continue
                raise _missing(goal, name)
            if goal == root:
                continue
            closure.edges[name].add(goal)
            closure.scopes.setdefault(goal, scope)
            waiting.append((goal, frozenset(map(canonicalize_name, need.extras))))


def _holds(need: Requirement, extras: frozenset[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _requirement(text: str, name: str) -> Requirement:
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        what = "the metadata of an installed package states a requirement that cannot be read"
        raise CheckFailed("sbom.bad-metadata", what, where=name, why=text[:200], cure="install it anew") from error


def _component(one: Installed, scope: Scope) -> Component:
    return Component(canonicalize_name(one.name), one.version, licence=_licence(one), scope=scope)


def _licence(one: Installed) -> Licence:
    return licence_of(one.licence_expression, one.licence_text, one.classifiers)


def _missing(name: str, needed_by: str) -> CheckFailed:
    return CheckFailed(
        "sbom.not-installed",
        "something that is required is not installed, so no bill would be complete",
        where=name,
        why=f"needed by {needed_by}",
        cure="install the program anew",
    )
