"""The agents of the settings as fixers: who may mend, and how they are started and bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from laneshift.agents.registry import LIMITS, Registered, known
from laneshift.agents.running.variables import hidden
from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Tree
from laneshift.runs.fixer import MOST_ATTEMPTS, Fixer, Told
from laneshift.steps.runner.worked import Errand, Worked

_COMMAND = "command"
_KEPT_PLACES = ("prompt_file", "worktree")


class Bench(Protocol):
    """Where errands are run."""

    def work(self, tree: Tree, errand: Errand, limits: Limits) -> Worked:
        """Run the errand on a checkout of the tree."""
        ...


class AgentFixing:
    """Implements `runs.fixer.Fixing` with the agents of the settings.

    `bench` gives the sandbox for the settings of a tree; `variables` are those of the machine's user that agents are
    given, by name.
    """

    def __init__(self, bench: Callable[[Settings], Bench], variables: Mapping[str, str]) -> None:
        self._bench = bench
        self._variables = dict(variables)

    def fixer(self, settings: Settings, name: str = "") -> Fixer | None:
        """As the port says."""
        table = settings.fixer
        if name or table.agent:
            agent = known(settings, name or table.agent, "suggesting")
            if not agent.run:
                cure = f"set agents.{agent.name}.run in the settings"
                raise Refused("agents.no-command", f"nothing says how {agent.name} is started", cure=cure)
            return _of_agent(agent, table.attempts, table.seconds, network=table.network)
        if not table.run:
            return None
        own = LIMITS["surgical"]
        seconds = table.seconds or own.seconds
        argv = tuple(table.run)
        return Fixer(_COMMAND, "", argv, True, table.attempts, seconds, own.memory_mib, own.max_files, table.network)

    def work(self, settings: Settings, tree: Tree, fixer: Fixer, told: Told) -> Worked:
        """As the port says. No value of a variable that it was given is in what it said."""
        argv = [word.replace("{item}", told.item) for word in fixer.argv]
        errand = Errand(argv, told.prompt, frozenset(told.editable), self._variables)
        limits = Limits(fixer.seconds, fixer.memory_mib, fixer.network)
        return hidden(self._bench(settings).work(tree, errand, limits), self._variables)

    def objections(
        self, settings: Settings, fixer: Fixer, before: Tree, after: Tree, allowed: Sequence[str]
    ) -> Sequence[str]:
        """As the port says: what the checks of submissions find."""
        from laneshift.agents.running.objecting import objections  # noqa: PLC0415 - few runs mend anything

        return objections(settings, fixer, before, after, allowed)


def _of_agent(agent: Registered, attempts: int, seconds: int, *, network: bool) -> Fixer:
    places = {name: f"{{{name}}}" for name in (*_KEPT_PLACES, "item")}
    return Fixer(
        name=agent.name,
        email=agent.email,
        argv=agent.argv(places),
        commits=agent.may("committing"),
        attempts=min(attempts, agent.limits.attempts or MOST_ATTEMPTS),
        seconds=seconds or agent.limits.seconds,
        memory_mib=agent.limits.memory_mib,
        files=agent.limits.max_files,
        network=network,
    )
