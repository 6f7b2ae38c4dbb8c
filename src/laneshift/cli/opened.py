"""The workshop of a command's repository. Apart from `session`, since commands that need no workshop start faster."""

from __future__ import annotations

from laneshift.cli.plain_session import PlainSession
from laneshift.repo.objects import Repository
from laneshift.runs.sealing import seal_or_tell
from laneshift.runs.workshop import Workshop
from laneshift.wiring import workshop


def opened(session: PlainSession) -> Workshop:
    """The parts for the repository that the command is about."""
    shop = workshop(Repository.open(session.directory), session.progress.report)
    session.at_end += [lambda: seal_or_tell(shop), shop.index.flush, shop.telemetry.close]
    return shop
