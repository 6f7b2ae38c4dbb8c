"""A pack as a plain record. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pack:
    """The brief of one agent: items of one plan, and the files that it alone may write.

    `owned` are the files that the items are about, `editable` those that have to follow; no other pack of the plan has
    any of both, unless it is in `after`: then it is begun when those packs have ended. `context` is worth reading.
    `weight` is the work in it, in the unit of the partition.
    """

    id: str
    plan: str
    agent: str
    base: str
    mission: str
    items: tuple[str, ...]
    owned: tuple[str, ...]
    editable: tuple[str, ...]
    context: tuple[str, ...]
    steps: tuple[str, ...]
    commands: tuple[str, ...]
    acceptance: tuple[str, ...]
    commit_text: str
    rollback: tuple[str, ...]
    never: tuple[str, ...]
    weight: int
    after: tuple[str, ...] = ()

    @property
    def writes(self) -> frozenset[str]:
        """Every path that may be written, made or deleted."""
        return frozenset(self.owned) | frozenset(self.editable)
