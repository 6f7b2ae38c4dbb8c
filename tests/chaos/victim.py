"""A process that dies by its own hand: `python -m tests.chaos.victim REPOSITORY VERB MOMENT KIND`.

It does VERB (canary, run, land, propose, ship, rollback) on the plan `batch`, and kills itself with SIGKILL right
before or after (MOMENT) the first journal record of KIND is written.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from laneshift.evidence.port import JournalPort
from laneshift.runs import working
from laneshift.runs.plan import Plan
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.workshop import Workshop
from tests.toy import shop_at


class Deadly:
    """The journal, with an end."""

    def __init__(self, journal: JournalPort, moment: str, kind: str) -> None:
        self._journal = journal
        self._moment = moment
        self._kind = kind

    def append(self, key: str, kind: str, *arguments: Any, **options: Any) -> Any:
        """As the journal's, once at most."""
        if (kind, self._moment) == (self._kind, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        record = self._journal.append(key, kind, *arguments, **options)
        if (kind, self._moment) == (self._kind, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return record

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


VERBS: dict[str, Callable[[Workshop, Plan], object]] = {
    "canary": lambda shop, plan: working.canary(shop, plan, 1),
    "run": lambda shop, plan: working.run(shop, plan, 1),
    "land": working.land,
    "propose": lambda shop, plan: working.land(shop, plan, working.Landing(remote="", by="pull-request")),
    "ship": lambda shop, plan: working.ship(shop, plan, 1),
    "rollback": roll_back,
}


def main(path: Path, verb: str, moment: str, kind: str) -> None:
    """Work until the record, and not a step further. What it starts finds its id as `$VICTIM`."""
    os.environ["VICTIM"] = str(os.getpid())
    shop = shop_at(path)
    deadly: Any = Deadly(shop.journal, moment, kind)
    VERBS[verb](replace(shop, journal=deadly), shop.plans.load("batch"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
