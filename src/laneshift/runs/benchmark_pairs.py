"""Pairs of processes, base and candidate in turn: what each benchmark took, and instructions where time is not enough.

The order within each pair is drawn by lot, so that neither side always finds the other's caches. One process of each
side runs before and does not count: it compiles and warms what the others find.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from laneshift.config.bench import Bench
from laneshift.errors import CheckFailed, Refused
from laneshift.gates.sandbox import Limits, Told
from laneshift.runs.events import Event

FILE = "{json}"
"""In a command, the file into which it writes results itself."""

_SIDES = ("base", "candidate")
_SHOWN = 1500
_SLOWER_COUNTED = 100
"""How much longer a command may take while its instructions are counted."""


class Timer(Protocol):
    """Runs a command on a tree and gives back what it wrote."""

    def told(self, tree: str, argv: Sequence[str], limits: Limits) -> Told:
        """Run `argv`; in its words `{json}` is a file to write, `{timer}` the program that times a command."""
        ...


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process left, and on which side it ran."""

    side: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees that are compared, by id."""

    base: str
    candidate: str

    def of(self, side: str) -> str:
        """The tree of a side."""
        return self.base if side == "base" else self.candidate


def command_of(words: Sequence[str], settings: Bench) -> list[str]:
    """The command, or the configured one, with our timer before it unless it writes results itself.

    Raises `Refused` (`bench.no-command`) where there is none.
    """
    command = list(words) or list(settings.command or ())
    if not command:
        raise Refused(
            "bench.no-command",
            "no benchmark is named",
            where="bench.command",
            cure='name one: --command "python bench/parse.py", or with {json} a program that writes results',
        )
    if any(FILE in word for word in command):
        return command
    return ["python", "-I", "-S", "{timer}", "times", str(settings.repeats), FILE, *command]


def pairs(
    timer: Timer, trees: Trees, command: Sequence[str], settings: Bench, limits: Limits, say: Callable[[Event], None]
) -> Iterator[tuple[Ran, Ran]]:
    """Base and candidate of each pair. Raises `CheckFailed` (`bench.failed`) for a process that does not end well."""
    seeded = random.Random(settings.seed)  # noqa: S311 - an order that repeats, and nothing secret
    for side in _SIDES:
        _run(timer, trees, side, command, limits)
    for number in range(settings.pairs):
        order = seeded.sample(_SIDES, len(_SIDES))
        ran: Mapping[str, Ran] = {side: _run(timer, trees, side, command, limits) for side in order}
        say(Event("step", "pairs of processes", done=number + 1, total=settings.pairs))
        yield ran["base"], ran["candidate"]


def instructions(timer: Timer, trees: Trees, words: Sequence[str], limits: Limits) -> tuple[int, int] | None:
    """What base and candidate need, counted by valgrind; None where it is not installed, or sees nothing.

    Only for a command that our timer runs: a program that times itself repeats until it is content.
    """
    command = ["python", "-I", "-S", "{timer}", "instructions", "1", FILE, *words]
    longer = Limits(limits.seconds * _SLOWER_COUNTED, limits.memory_mib)
    counted = [_counted(_run(timer, trees, side, command, longer)) for side in _SIDES]
    return None if counted[0] is None or counted[1] is None else (counted[0], counted[1])


def _counted(ran: Ran) -> int | None:
    try:
        found = json.loads(ran.data).get("instructions")
    except (ValueError, AttributeError) as error:
        raise CheckFailed(
            "bench.failed", "the instructions that were counted cannot be read", why=str(error)
        ) from error
    return found if type(found) is int and found > 0 else None


def _run(timer: Timer, trees: Trees, side: str, command: Sequence[str], limits: Limits) -> Ran:
    told = timer.told(trees.of(side), command, limits)
    if not told.run.ok:
        how = "took too long" if told.run.timed_out else f"ended with {told.run.exit_code}"
        raise CheckFailed(
            "bench.failed",
            f"the benchmark {how} on the {side}",
            where=trees.of(side),
            why=told.run.output[-_SHOWN:],
            cure="a benchmark has to end well on both sides",
        )
    return Ran(side, told.data)
