"""What happens in a round, drawn from its seed alone: the seed is all that is needed to show a failure again."""

from __future__ import annotations

import random
from dataclasses import dataclass

KINDS = ("kill", "point", "pause", "disk", "clock", "lock", "database", "two")
"""kill: kill -9. point: the process kills itself right before or after a chosen record. pause: SIGSTOP and SIGCONT,
while another process tries. disk: no space. clock: it jumps. lock: a git lock of someone who is gone. database:
PostgreSQL restarts. two: two processes at once."""

VERBS = ("ship", "run", "land", "ship", "rollback", "ship")
_EXTRAS = ("kill", "pause", "lock", "two", "clock")
_EXTRA_CHANCE = 0.35
_POSTGRES_CHANCE = 0.25
_RESUME_KILLED_CHANCE = 0.3
_ON_POSTGRES = ("kill", "pause", "two")


@dataclass(frozen=True, slots=True)
class Harm:
    """One thing that goes wrong.

    `at` is when: a share of the records that the undisturbed command writes. `seconds` follow that record before it
    strikes, or are how long it lasts. `way` chooses among the ways of its kind, `much` is how much of it, 0 to 1.
    """

    kind: str
    at: float
    seconds: float
    way: int
    much: float


@dataclass(frozen=True, slots=True)
class Round:
    """One round. `resume_killed` is the share of the command's time after which the first `resume` is killed, or 0."""

    seed: int
    verb: str
    engine: str
    harms: tuple[Harm, ...]
    resume_killed: float

    @property
    def kind(self) -> str:
        """What the round is about."""
        return self.harms[0].kind

    def harm(self, kind: str) -> Harm | None:
        """The harm of this kind, if the round has it."""
        return next((harm for harm in self.harms if harm.kind == kind), None)


def draw(seed: int) -> Round:
    """The round of this seed. Eight seeds in a row have every kind once."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    verb = chance.choice(VERBS)
    engine = "sqlite"
    if kind == "database" or (kind in _ON_POSTGRES and chance.random() < _POSTGRES_CHANCE):
        engine = "postgres"
        verb = "ship" if verb == "rollback" else verb  # a rollback asks no engine
    harms = [_harm(chance, kind)]
    if chance.random() < _EXTRA_CHANCE:
        others = [other for other in _EXTRAS if other != kind]
        harms.append(_harm(chance, chance.choice(others)))
    killed = chance.uniform(0.2, 0.9) if chance.random() < _RESUME_KILLED_CHANCE else 0.0
    return Round(seed, verb, engine, tuple(harms), killed)


def _harm(chance: random.Random, kind: str) -> Harm:
    return Harm(kind, chance.random(), chance.uniform(0.0, 0.4), chance.randrange(1000), chance.random())
