"""Who is told of what happens. Nobody, unless `wiring` finds that somebody wants to know."""

from __future__ import annotations

from typing import Protocol

from laneshift.evidence.records import Record
from laneshift.telemetry.metric import Sample


class Teller(Protocol):
    """One way in which measurements leave the process. Called by one thread at a time."""

    def hear(self, record: Record, seconds: float) -> None:
        """A record was appended by this process, which took so many seconds."""
        ...

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """This process measured something of itself."""
        ...

    def tick(self) -> None:
        """Some time has passed, or the end is near: tell how things stand."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class Telemetry(Protocol):
    """What a workshop has of all this."""

    def join(self, teller: Teller) -> None:
        """Have one more teller told, from now on."""
        ...

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """Tell what this process measured of itself. Returns at once, and raises nothing."""
        ...

    def close(self) -> None:
        """Tell what is left to tell, for a bounded time."""
        ...


class Silent:
    """Nobody is told, whoever joins."""

    def join(self, teller: Teller) -> None:
        """As the port says, but that nothing is heard."""

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says."""

    def close(self) -> None:
        """As the port says."""
