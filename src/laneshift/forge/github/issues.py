"""Issues at GitHub, found again by the mark in their bodies."""

from __future__ import annotations

from typing import Any

from laneshift.errors import Bug
from laneshift.forge.github.calls import Calls
from laneshift.forge.github.markers import key_of, marked, marker, title, unmarked
from laneshift.forge.github.shapes import Plain, number_of, state_of, text, trusted
from laneshift.forge.port import Issue


class GitHubIssues:
    """Fulfils `forge.port.Issues`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._owner, self._name = calls.place.owner, calls.place.name

    def put(self, key: str, title_: str, body: str) -> Issue:
        """Open or update. Raises `Refused` (`forge.bad-key`) and as `failures.error_of` says."""
        marker(key)
        wanted = {"title": title(title_), "body": marked(key, body)}
        made = self._calls.once(lambda: self._find(key), lambda: self._create(wanted))
        there = {
            "title": text(made, "title"),
            "body": text(made, "body").replace("\r\n", "\n"),
            "state": text(made, "state"),
        }
        if there != {**wanted, "state": "open"}:
            made = self._update(number_of(made), {**wanted, "state": "open"})
        return _issue(key, made)

    def close(self, key: str, why: str) -> Issue | None:
        """Close. Raises as `put` does."""
        found = self._find(key)
        if found is None or state_of(found) != "open":
            return None
        body = marked(key, f"{unmarked(text(found, 'body'))}\n\nClosed: {why}")
        return _issue(key, self._update(number_of(found), {"body": body, "state": "closed"}))

    def all(self) -> list[Issue]:
        """Every issue of laneshift's, by number."""
        return [_issue(key_of(text(each, "body")) or "", each) for each in self._ours()]

    def _find(self, key: str) -> Plain | None:
        return next((each for each in self._ours() if key_of(text(each, "body")) == key), None)

    def _ours(self) -> list[Plain]:
        found = self._calls.pages(
            "list issues",
            lambda github, size, page: github.rest.issues.list_for_repo(
                self._owner, self._name, state="all", sort="created", direction="asc", per_page=size, page=page
            ),
        )
        ours = (each for each in found if "pull_request" not in each and trusted(each))
        return sorted((each for each in ours if key_of(text(each, "body"))), key=number_of)

    def _create(self, wanted: dict[str, Any]) -> Plain:
        made: Plain = self._calls.change(
            "open an issue", lambda github: github.rest.issues.create(self._owner, self._name, **wanted)
        )
        return made

    def _update(self, number: int, wanted: dict[str, Any]) -> Plain:
        made: Plain = self._calls.repeat(
            f"update issue {number}",
            lambda github: github.rest.issues.update(self._owner, self._name, number, **wanted),
        )
        return made


def _issue(key: str, plain: Plain) -> Issue:
    state = state_of(plain)
    if state == "merged":
        raise Bug("forge.merged-issue", "an issue cannot be merged")
    return Issue(key, number_of(plain), text(plain, "title"), unmarked(text(plain, "body")), state)
