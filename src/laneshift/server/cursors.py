"""Where the next page begins: opaque to clients, and read with suspicion. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from laneshift.errors import Refused

LARGEST = 500
USUAL = 100
_LONGEST = 2000

T = TypeVar("T")
Position = TypeVar("Position", int, str)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list `of`: after the one with this `position`, a number or a text."""

    of: str
    position: int | str

    @property
    def text(self) -> str:
        """What clients hand back."""
        plain = json.dumps([self.of, self.position], ensure_ascii=True, separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def position_in(text: str, of: str, kind: type[Position]) -> Position | None:
    """The position that a client hands back for the list `of`, None for the beginning.

    Raises `Refused` (`page.bad-cursor`) for anything that `Cursor.text` never gave for that list.
    """
    if not text:
        return None
    try:
        short = text[:_LONGEST]
        named, position = json.loads(base64.b64decode(short + "=" * (-len(short) % 4), altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _bad() from error
    if named != of or type(position) is not kind or Cursor(of, position).text != text:
        raise _bad()
    return position


def page(items: Sequence[T], of: str, limit: int, position: Callable[[T], int | str]) -> tuple[list[T], str | None]:
    """The first `limit` of `items`, of which one more than that is enough, and the cursor of the next page."""
    taken = list(items[:limit])
    more = len(items) > limit
    return taken, Cursor(of, position(taken[-1])).text if more and taken else None


def paged(items: list[Any], then: str | None) -> dict[str, Any]:
    """A page as it is told."""
    return {"items": items, "next": then}


def _bad() -> Refused:
    return Refused("page.bad-cursor", "this cursor is none of this list", cure="begin without one")
