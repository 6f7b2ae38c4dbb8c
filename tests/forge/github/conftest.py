"""A served GitHub, and the adapters that talk to it. No test sleeps: pauses are only counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from laneshift.forge.github.calls import Calls, Place
from laneshift.forge.github.changes import GitHubChanges
from laneshift.forge.github.checks import GitHubChecks
from laneshift.forge.github.comments import GitHubComments
from laneshift.forge.github.issues import GitHubIssues

from .hub import Hub
from .serving import KEY, Served, serving


@dataclass
class Desk:
    """Everything of one test. `pauses` are the seconds that would have been slept."""

    served: Served
    pauses: list[float] = field(default_factory=list)

    def calls(self, key: str = KEY, name: str = "shop", patience: int = 120) -> Calls:
        """Requests about the repository."""
        place = Place("acme", name, self.served.address, key, patience, self.pauses.append, lambda: 1_000.0)
        return Calls(place)

    @property
    def hub(self) -> Hub:
        """What is held there."""
        return self.served.hub

    @property
    def issues(self) -> GitHubIssues:
        """Issues."""
        return GitHubIssues(self.calls())

    @property
    def changes(self) -> GitHubChanges:
        """Pull requests."""
        return GitHubChanges(self.calls(), "https://github.com")

    @property
    def comments(self) -> GitHubComments:
        """Comments."""
        return GitHubComments(self.calls())

    @property
    def checks(self) -> GitHubChecks:
        """Statuses."""
        return GitHubChecks(self.calls())


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Hub()) as served:
        yield Desk(served)
        assert served.wrong == []
