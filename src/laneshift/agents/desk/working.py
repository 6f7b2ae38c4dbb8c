"""A piece of work that takes long: it tells how far it is, and it ends when nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from laneshift.repo.doors import Door, Shut
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop


def _nobody(_text: str) -> None:
    """For who does not ask how far it is."""


@dataclass(frozen=True)
class Working:
    """One question that is being answered. `tell` hears in a line how far it is, in whatever thread that is known."""

    tell: Callable[[str], None] = _nobody
    door: Door = field(default_factory=Door)

    def step(self, text: str) -> None:
        """Tell how far it is. Raises `Shut` when nobody waits any more."""
        if self.stopped():
            raise Shut
        self.tell(text)

    def stopped(self) -> bool:
        """Whether nobody waits any more."""
        return self.door.is_ending

    def telling(self, shop: Workshop) -> Workshop:
        """The workshop, with what it reports told to whoever waits."""
        return replace(shop, report=self._heard)

    def _heard(self, event: Event) -> None:
        of = f" ({event.done} of {event.total})" if event.total else ""
        self.tell(f"{event.kind}: {event.text}{of}")
