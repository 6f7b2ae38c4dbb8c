"""Labelled submissions: what an adversary may bring, what an honest agent does, and the code that refuses each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.agents.submitting.shop import Shop

Make = Callable[[Shop], str]


@dataclass(frozen=True)
class Case:
    """One submission: how it is made, and the code, path and line it is refused with. Good ones have no code.

    A line of 0 is not compared; `kind` is what the issue calls it. `unchecked` is for a report that nobody can check.
    """

    name: str
    make: Make
    code: str = ""
    path: str = ""
    line: int = 0
    kind: str = ""
    pack: str = "plain"
    report: Mapping[str, Any] | None = None
    agent: str = "surgical"
    unchecked: bool = False

    @property
    def good(self) -> bool:
        """Whether it has to be accepted."""
        return not self.code and not self.unchecked


CASES: list[Case] = []


def case(name: str, code: str = "", path: str = "", line: int = 0, **more: Any) -> Callable[[Make], Make]:
    """Label what a function makes."""

    def keep(make: Make) -> Make:
        CASES.append(Case(name, make, f"submit.{code}" if code else "", path, line, **more))
        return make

    return keep


def edits(name: str, path: str, old: str, new: str, code: str = "", line: int = 0, **more: Any) -> None:
    """A submission that replaces a text of one file."""
    case(name, code, path if code else "", line, **more)(lambda shop: shop.commit({path: shop.text(path, old, new)}))


def writes(name: str, path: str, data: str | bytes, code: str = "", line: int = 0, **more: Any) -> None:
    """A submission that writes one file."""
    case(name, code, path if code else "", line, **more)(lambda shop: shop.commit({path: data}))
