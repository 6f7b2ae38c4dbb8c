"""What a proposal would change in settings that a repository has already. Pure; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.config import Settings
from laneshift.lanes.model import Lanes
from laneshift.runs.proposing.proposal import Proposal, plain


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting: its whole name, what it is now (None: not set), what is proposed, and why."""

    key: str
    now: Any
    proposed: Any
    why: str


def differences(settings: Settings, proposal: Proposal, python: Sequence[str]) -> list[Difference]:
    """Where the proposal differs. Lanes are the team's own: only files without a lane count against them."""
    return [*_plain(settings, proposal), *_lanes(settings, proposal, python)]


def _plain(settings: Settings, proposal: Proposal) -> Iterator[Difference]:
    now = settings.model_dump(mode="json", by_alias=True)
    for name, line in proposal.settings():
        wanted = plain(line.value)
        if name[0] == "lanes" or not line.active:
            continue
        known: Any = now
        for part in name:
            known = known.get(part) if isinstance(known, dict) else None
        if line.key == "commit_scopes":
            wanted = sorted({*wanted, *(known or ())})
            known = sorted(known or ())
        if known != wanted:
            yield Difference(".".join(name), known or None, wanted, line.why)


def _lanes(settings: Settings, proposal: Proposal, python: Sequence[str]) -> Iterator[Difference]:
    if settings.lanes:
        lanes = Lanes.of(settings.lanes)
        without = [path for path in python if lanes.lane_of(path) is None]
        if not without:
            return
    for table in proposal.tables:
        if table.name[:1] != ("lanes",):
            continue
        paths = next(plain(line.value) for line in table.lines if line.key == "paths")
        if settings.lanes and not _covers(paths, without):
            continue
        yield Difference(".".join(table.name), None, {line.key: plain(line.value) for line in table.lines}, table.why)


def _covers(paths: list[str], without: Sequence[str]) -> bool:
    folders = [path.removesuffix("**") for path in paths]
    return any(
        path.startswith(folder) or ("/" not in path and folder == "*.py") for path in without for folder in folders
    )
