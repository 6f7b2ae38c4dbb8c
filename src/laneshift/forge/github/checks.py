"""What checks found, as statuses of commits at GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from laneshift.forge.github.calls import Calls
from laneshift.forge.github.failures import Lost
from laneshift.forge.github.shapes import text
from laneshift.forge.local_checks import checked
from laneshift.forge.port import Check

_SHOWN = 140
_STATES = frozenset({"error", "failure", "pending", "success"})


class GitHubChecks:
    """Fulfils `forge.port.Checks`. GitHub keeps every status that was ever given, and shows the last of a context."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._owner, self._name = calls.place.owner, calls.place.name

    def put(self, commit: str, checks: Sequence[Check]) -> int:
        """Give what differs. Raises as the protocol says and as `failures.error_of` does."""
        checked(commit, checks)
        known = {each.context: each for each in self.of(commit)}
        wanted = [Check(each.context, each.state, each.description[:_SHOWN]) for each in checks]
        changed = [each for each in wanted if known.get(each.context) != each]
        for each in changed:
            self._have(commit, each)
        return len(changed)

    def of(self, commit: str) -> list[Check]:
        """As the protocol says. Raises as `put` does."""
        checked(commit, ())
        found: list[Check] = []
        pages = self._calls.pages(
            f"look at the statuses of {commit[:12]}",
            lambda github, size, page: github.rest.repos.get_combined_status_for_ref(
                self._owner, self._name, commit, per_page=size, page=page
            ),
            "statuses",
        )
        for each in pages:
            state: Any = text(each, "state")
            if state in _STATES:
                found.append(Check(text(each, "context"), state, text(each, "description")))
        return sorted(found, key=lambda each: each.context)

    def _have(self, commit: str, wanted: Check) -> None:
        """Give it; where the answer is lost, look first, so that it is not given twice."""
        try:
            self._give(commit, wanted)
        except Lost:
            self._calls.once(lambda: wanted if wanted in self.of(commit) else None, lambda: self._give(commit, wanted))

    def _give(self, commit: str, wanted: Check) -> Check:
        self._calls.change(
            f"give {commit[:12]} a status",
            lambda github: github.rest.repos.create_commit_status(
                self._owner,
                self._name,
                commit,
                state=wanted.state,
                context=wanted.context,
                description=wanted.description,
            ),
        )
        return wanted
