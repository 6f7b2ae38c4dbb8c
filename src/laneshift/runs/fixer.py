"""Who mends items that failed, and the port through which they are sent to work and what they did is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.steps.runner.worked import Worked

MOST_ATTEMPTS = 2
"""However the settings are: who has not mended an item in two attempts has not understood it."""


@dataclass(frozen=True, slots=True)
class Fixer:
    """Who is sent to mend. `argv` are words with places, as `Errand` has them; `email` may be empty.

    What one that does not `commit` did is kept as a suggestion, and nothing of it is applied. `files` is how many files
    one fix may edit at most, 0 for no limit. `attempts` at one item of a run, seconds and mebibytes of each.
    """

    name: str
    email: str
    argv: tuple[str, ...]
    commits: bool
    attempts: int
    seconds: int
    memory_mib: int
    files: int = 0
    network: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a fixer is sent with: the prompt, the files that it may edit, and the name of the item."""

    prompt: str
    editable: tuple[str, ...]
    item: str


class Fixing(Protocol):
    """Finds fixers, has them work in a sandbox, and asks others what they think of the outcome."""

    def fixer(self, settings: Settings, name: str = "") -> Fixer | None:
        """The one that the settings name, or the agent `name`; None where they name none.

        Raises `Refused` (`agents.*`) for an agent that is not there or may not mend.
        """
        ...

    def work(self, settings: Settings, tree: Tree, fixer: Fixer, told: Told) -> Worked:
        """Have the fixer work in a checkout of `tree`, cut off from all else, until it ends or its time is up."""
        ...

    def objections(
        self, settings: Settings, fixer: Fixer, before: Tree, after: Tree, allowed: Sequence[str]
    ) -> Sequence[str]:
        """What speaks against a change of the `allowed` files besides what is judged by every fix, in sentences."""
        ...


def nobody(why: str) -> Refused:
    """The refusal where an item is to be mended and there is nobody who does."""
    return Refused("fix.nobody", "nobody is named who mends", why=why, cure="give --agent NAME")


class NoFixing:
    """Nobody mends anything."""

    def fixer(self, settings: Settings, name: str = "") -> Fixer | None:  # noqa: ARG002 - as the port has it
        """As the port says."""
        return None

    def work(
        self,
        settings: Settings,  # noqa: ARG002 - as the port has it
        tree: Tree,  # noqa: ARG002
        fixer: Fixer,
        told: Told,  # noqa: ARG002
    ) -> Worked:
        """As the port says. Raises `Refused` (`fix.nobody`): there is nobody to send."""
        raise nobody(f"{fixer.name} cannot be sent from here")

    def objections(
        self,
        settings: Settings,  # noqa: ARG002 - as the port has it
        fixer: Fixer,  # noqa: ARG002
        before: Tree,  # noqa: ARG002
        after: Tree,  # noqa: ARG002
        allowed: Sequence[str],  # noqa: ARG002
    ) -> Sequence[str]:
        """As the port says."""
        return ()
