"""Changes under review at GitHub, which calls them pull requests: found again by branch and by mark, never two open.

GitHub itself allows one open pull request for a pair of branches; one that was closed or merged stays what it is, and
the next one is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from laneshift.errors import LaneshiftError
from laneshift.forge.github.calls import Calls
from laneshift.forge.github.failures import Lost
from laneshift.forge.github.markers import key_of, marked, marker, title, unmarked
from laneshift.forge.github.shapes import Plain, number_of, state_of, text, trusted
from laneshift.forge.local_changes import check_branches
from laneshift.forge.port import Change, Merge

_BLOCKS = {
    "behind": "the branch is behind its base",
    "blocked": "a rule of the repository is not met yet: a review, or a check",
    "dirty": "it does not merge without conflicts",
    "draft": "it is a draft",
    "unstable": "a check failed, or has not ended",
}


class GitHubChanges:
    """Fulfils `forge.port.Changes`."""

    def __init__(self, calls: Calls, pages: str) -> None:
        self._calls = calls
        self._owner, self._name = calls.place.owner, calls.place.name
        self._pages = pages

    def put(self, wanted: Change) -> Change:
        """Open or update. Raises `Refused` (`forge.bad-key`, `forge.bad-branch`) and as `failures.error_of` says."""
        marker(wanted.key)
        check_branches(wanted)
        sent = {"title": title(wanted.title), "body": marked(wanted.key, wanted.body)}
        made = self._calls.once(lambda: self._open(wanted), lambda: self._create(wanted, sent))
        there = {"title": text(made, "title"), "body": text(made, "body").replace("\r\n", "\n")}
        if there != sent or text(made, "base", "ref") != wanted.base:
            made = self._update(number_of(made), {**sent, "base": wanted.base})
        return _change(wanted.key, made)

    def close(self, key: str, why: str) -> Change | None:
        """Close. Raises as `put` does."""
        found = next((each for each in self._ours("open") if key_of(text(each, "body")) == key), None)
        if found is None:
            return None
        body = marked(key, f"{unmarked(text(found, 'body'))}\n\nClosed: {why}")
        return _change(key, self._update(number_of(found), {"body": body, "state": "closed"}))

    def all(self) -> list[Change]:
        """Every change of laneshift's, by number."""
        return [_change(key_of(text(each, "body")) or "", each) for each in self._ours("all")]

    def merge(self, number: int) -> Merge | None:
        """As the protocol says."""
        try:
            found = self._calls.read(
                f"look at pull request {number}",
                lambda github: github.rest.pulls.get(self._owner, self._name, number),
            )
        except LaneshiftError as error:
            if error.code == "forge.not-found":
                return None
            raise
        state, mergeable = state_of(found), found.get("mergeable")
        return Merge(
            number,
            state,
            text(found, "head", "sha"),
            text(found, "merge_commit_sha") if state == "merged" else "",
            mergeable if isinstance(mergeable, bool) and state == "open" else None,
            _BLOCKS.get(text(found, "mergeable_state"), "") if state == "open" else "",
        )

    def label(self, number: int, labels: Sequence[str]) -> None:
        """As the protocol says."""
        if labels:
            self._calls.repeat(
                f"label pull request {number}",
                lambda github: github.rest.issues.add_labels(
                    self._owner, self._name, number, data={"labels": list(labels)}
                ),
            )

    def link(self, number: int) -> str:
        """As the protocol says."""
        return f"{self._pages}/{self._owner}/{self._name}/pull/{number}"

    def _open(self, wanted: Change) -> Plain | None:
        """The open one of this key, or one of these two branches that nobody marked, which becomes ours."""
        found = self._listed("open", head=f"{self._owner}:{wanted.head}")
        mine = [each for each in found if text(each, "head", "ref") == wanted.head and self._inside(each)]
        keyed = [each for each in mine if key_of(text(each, "body")) == wanted.key]
        plain = [each for each in mine if not key_of(text(each, "body")) and text(each, "base", "ref") == wanted.base]
        return next(iter([*keyed, *plain]), None)

    def _inside(self, plain: Plain) -> bool:
        """Whether its branch is one of this repository, which nobody without rights to it can make."""
        return text(plain, "head", "repo", "full_name").lower() == f"{self._owner}/{self._name}".lower()

    def _ours(self, state: str) -> list[Plain]:
        ours = (each for each in self._listed(state) if trusted(each) and self._inside(each))
        return sorted((each for each in ours if key_of(text(each, "body"))), key=number_of)

    def _listed(self, state: str, **narrowed: str) -> list[Plain]:
        asked: dict[str, Any] = {"state": state, "sort": "created", "direction": "asc", **narrowed}
        found = self._calls.pages(
            "list pull requests",
            lambda github, size, page: github.rest.pulls.list(
                self._owner, self._name, **asked, per_page=size, page=page
            ),
        )
        return list(found)

    def _create(self, wanted: Change, sent: dict[str, str]) -> Plain:
        asked: dict[str, Any] = {**sent, "head": wanted.head, "base": wanted.base}
        try:
            made: Plain = self._calls.change(
                f"open a pull request of {wanted.head}",
                lambda github: github.rest.pulls.create(self._owner, self._name, **asked),
            )
        except LaneshiftError as error:
            if error.code == "forge.not-accepted" and "already exists" in error.why:
                raise Lost(error.code, error.what, where=error.where, why=error.why, cure=error.cure) from None
            raise
        return made

    def _update(self, number: int, sent: dict[str, str]) -> Plain:
        asked: dict[str, Any] = sent
        made: Plain = self._calls.repeat(
            f"update pull request {number}",
            lambda github: github.rest.pulls.update(self._owner, self._name, number, **asked),
        )
        return made


def _change(key: str, plain: Plain) -> Change:
    return Change(
        key,
        number_of(plain),
        text(plain, "title"),
        unmarked(text(plain, "body")),
        text(plain, "head", "ref"),
        text(plain, "base", "ref"),
        text(plain, "head", "sha"),
        state_of(plain),
    )
