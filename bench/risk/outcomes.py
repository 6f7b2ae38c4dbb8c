"""Items with what was known of them before, and what became of them: one line of JSON for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from laneshift.matriz.risk.factors import Measured


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of `group` (a project, or a generated repository). `failed` is why it wanted a person, empty if it did
    not; `reported` whether the engine reported uses that it does not edit."""

    group: str
    src: str
    dst: str
    measured: Measured
    failed: str
    reported: bool

    def as_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), sort_keys=True)


def read(path: Path) -> Iterator[Seen]:
    """The items of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        plain: dict[str, Any] = json.loads(line)
        yield Seen(**{**plain, "measured": Measured(**plain["measured"])})


def write(path: Path, seen: Iterable[Seen]) -> None:
    """The items, one after the other as they come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for each in seen:
            file.write(f"{each.as_json()}\n")
            file.flush()
