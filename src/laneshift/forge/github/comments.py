"""Comments at GitHub: one for each mark, brought up to date in place."""

from __future__ import annotations

import re

from laneshift.errors import Refused
from laneshift.forge.github.calls import Calls
from laneshift.forge.github.markers import key_of, marked
from laneshift.forge.github.shapes import Plain, text, trusted, whole

_MARK = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,58}[a-z0-9])?")


class GitHubComments:
    """Fulfils `forge.port.Comments`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._owner, self._name = calls.place.owner, calls.place.name

    def comment(self, number: int, mark: str, body: str) -> bool:
        """Write or replace. Raises `Refused` (`forge.bad-comment`) and as `failures.error_of` says."""
        if number < 1 or not _MARK.fullmatch(mark):
            raise Refused("forge.bad-comment", f"{mark!r} on {number} cannot name a comment", where="mark")
        wanted, what, begun = marked(mark, body), f"comment on {number}", []

        def create() -> Plain:
            begun.append(mark)
            found: Plain = self._calls.change(
                what,
                lambda github: github.rest.issues.create_comment(
                    self._owner, self._name, number, data={"body": wanted}
                ),
            )
            return found

        there = self._calls.once(lambda: self._find(number, mark), create)
        if text(there, "body").replace("\r\n", "\n") == wanted:
            return bool(begun)
        comment = whole(there, "id")
        self._calls.repeat(
            what,
            lambda github: github.rest.issues.update_comment(self._owner, self._name, comment, data={"body": wanted}),
        )
        return True

    def _find(self, number: int, mark: str) -> Plain | None:
        found = self._calls.pages(
            f"list comments on {number}",
            lambda github, size, page: github.rest.issues.list_comments(
                self._owner, self._name, number, per_page=size, page=page
            ),
        )
        return next((each for each in found if key_of(text(each, "body")) == mark and trusted(each)), None)
