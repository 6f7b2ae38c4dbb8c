"""The report about agents of a repository: its journal, its plans and its git history, brought together."""

from __future__ import annotations

import json
from typing import Any

from laneshift.errors import LaneshiftError
from laneshift.reports.agents.history import look
from laneshift.reports.agents.journal import read
from laneshift.reports.agents.model import Agents, Author, Who
from laneshift.reports.agents.tally import report
from laneshift.runs.workshop import Workshop


def made(shop: Workshop, rev: str) -> Agents:
    """The report. `rev` is the end of the history that is looked at, by default the branch to land on.

    Raises `Refused` (`agents.nothing`) where nothing has happened, `CheckFailed` for a journal that is damaged.
    """
    settings = shop.settings(shop.repository.tree(rev or "HEAD"))
    agents = {
        each.email.casefold(): Who(each.email.casefold(), name, each.owner) for name, each in settings.agents.items()
    }

    def notes(digest: str) -> Any:
        try:
            return json.loads(shop.store.get(digest))
        except LaneshiftError as error:
            raise LookupError(error.what) from error

    told = read(shop.journal.records(), notes)
    seen = look(shop.repository, rev or settings.target or "HEAD", told.ends, agents.keys(), told.handing.brought)
    authors = {plan.id: Author(plan.author_email, plan.author_name) for plan in shop.plans.all()}
    return report(told, seen, authors, agents)
