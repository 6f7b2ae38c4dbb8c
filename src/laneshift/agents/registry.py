"""Who may work here: the agents of the settings, with what their kind and their name bring along. Pure.

Settings come from a commit that everybody agreed on, such as the base of a plan. What an agent's own commit says of
itself is never asked, so nothing that an agent writes can widen what it may do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.config import Settings
from laneshift.config.agents import KIND_ROLES, Agent
from laneshift.errors import Refused


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an agent gets: files in one commit (0: no limit), attempts at one item, and for one start
    seconds, mebibytes of memory and kibibytes of output."""

    max_files: int
    attempts: int
    seconds: int
    memory_mib: int
    output_kib: int


@dataclass(frozen=True, slots=True)
class Registered:
    """An agent that the settings name. `kind` is empty for one that may do nothing; `run` are words to start it by."""

    name: str
    kind: str
    email: str
    owner: str
    run: tuple[str, ...]
    mcp: bool
    limits: Limits
    roles: tuple[str, ...]

    def may(self, action: str) -> bool:
        """Whether it may do this: `suggesting`, `claiming` or `committing`."""
        return action in self.roles

    @property
    def policy_role(self) -> str:
        """The role that stands for it in the policies of the server; empty for one that may do nothing."""
        if not self.roles:
            return ""
        return "agent" if "claiming" in self.roles else "suggest_only"

    def argv(self, given: Mapping[str, str]) -> tuple[str, ...]:
        """The words to start it by, with each placeholder filled from `given` as a part of its one argument.

        Raises `Refused` (`agents.no-command`) where it has none, or one that needs what is not given.
        """
        named = {name for word in self.run for name in _BRACED.findall(word)}
        if not self.run or not named <= given.keys():
            why = f"{', '.join(sorted(named - given.keys()))} is not known here" if self.run else ""
            cure = f"set agents.{self.name}.run in the settings"
            raise Refused("agents.no-command", f"nothing says how {self.name} is started", why=why, cure=cure)
        return tuple(_BRACED.sub(lambda found: given[found[1]], word) for word in self.run)


SHIPPED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "claude-code": ("surgical", ("claude", "-p", "{prompt_file}")),
    "copilot": ("suggest_only", ()),
    "gemini": ("infrastructure", ("gemini", "-p", "{prompt_file}")),
    "codex": ("batch", ("codex", "exec", "{prompt_file}")),
}
"""Kind and command that an agent of this name has, unless the settings say otherwise."""

LIMITS: Mapping[str, Limits] = {
    "surgical": Limits(20, 2, 900, 2048, 1024),
    "suggest_only": Limits(200, 1, 900, 2048, 1024),
    "infrastructure": Limits(200, 2, 1800, 4096, 4096),
    "batch": Limits(0, 2, 3600, 4096, 4096),
}
_NOTHING = Limits(0, 0, 0, 0, 0)
_BRACED = re.compile(r"\{([^{}]*)\}")


def registered(settings: Settings) -> Mapping[str, Registered]:
    """Every agent of the settings by its name, in order. One without a kind may do nothing."""
    return {name: _registered(name, settings.agents[name]) for name in sorted(settings.agents)}


def known(settings: Settings, name: str, action: str) -> Registered:
    """The agent with this name, which may do `action`.

    Raises `Refused`: `agents.unknown` where the settings do not name it, `agents.not-allowed` where it may not.
    """
    found = registered(settings).get(name)
    if found is None:
        there = ", ".join(sorted(settings.agents)) or "none"
        cure = f"add [agents.{name}] with email, owner and kind" if name.isprintable() else "name one of these"
        raise Refused("agents.unknown", f"the settings name no agent {name!r}", why=f"they name {there}", cure=cure)
    if not found.may(action):
        kind = f"it is {found.kind}" if found.kind else "it has no kind, so it may do nothing"
        what, where = f"{name} may not do this: {action}", f"agents.{name}"
        cure = f"let a person do it, or give it a `kind` that may below [{where}], on the branch that is landed on"
        raise Refused("agents.not-allowed", what, why=kind, where=where, cure=cure)
    return found


def _registered(name: str, agent: Agent) -> Registered:
    shipped_kind, shipped_run = SHIPPED.get(name, ("", ()))
    kind = agent.kind or shipped_kind
    allowed = KIND_ROLES.get(kind, ())
    roles = allowed if agent.roles is None else tuple(role for role in allowed if role in agent.roles)
    run = tuple(agent.run) or (shipped_run if kind == shipped_kind else ())
    return Registered(name, kind, agent.email, agent.owner, run, agent.mcp, _limits(kind, agent), roles)


def _limits(kind: str, agent: Agent) -> Limits:
    """Those of the settings, and those of the kind for each that they leave at 0."""
    own = LIMITS.get(kind, _NOTHING)
    return Limits(
        agent.max_files or own.max_files,
        agent.attempts or own.attempts,
        agent.seconds or own.seconds,
        agent.memory_mib or own.memory_mib,
        agent.output_kib or own.output_kib,
    )
