"""What is read of GitHub's answers: a few fields, each of the kind that it has to be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from laneshift.errors import CheckFailed

_OURS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})

Plain = Mapping[str, Any]


def number_of(plain: Any) -> int:
    """The number of an issue or a change. Raises `CheckFailed` (`forge.bad-answer`)."""
    return whole(plain, "number")


def whole(plain: Any, name: str) -> int:
    """A field that is a number above zero. Raises `CheckFailed` (`forge.bad-answer`)."""
    found = plain.get(name) if isinstance(plain, dict) else None
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise CheckFailed("forge.bad-answer", f"what GitHub answered has no {name}", cure="look at forge.api")
    return found


def text(plain: Any, *names: str) -> str:
    """A field that is a text, by the names on the way to it; "" where there is none."""
    for name in names:
        plain = plain.get(name) if isinstance(plain, dict) else None
    return plain if isinstance(plain, str) else ""


def trusted(plain: Plain) -> bool:
    """Whether somebody wrote this who may write to the repository, or a program that was let in.

    A mark in what anybody else wrote does not count: everybody can copy one.
    """
    return text(plain, "author_association") in _OURS or text(plain, "user", "type") == "Bot"


def state_of(plain: Plain) -> Literal["open", "closed", "merged"]:
    """Of an issue or a change."""
    if text(plain, "state") == "open":
        return "open"
    return "merged" if plain.get("merged") is True or text(plain, "merged_at") else "closed"
