"""Pages that follow what happens: from which record on, and which records are news to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from laneshift.server.guard import parts_of

REQUESTS = ("request.made", "request.taken", "request.ended")
LANDINGS = ("land.started", "land.recorded", "land.followed", "land.ended")
ROLLBACKS = ("rollback.intended", "rollback.recorded", "rollback.abandoned")
APPROVALS = ("approval.given", "approval.refused", "approval.rested", "approval.automatic")
CANARIES = ("canary.started", "canary.recorded", "canary.ended")
ITEMS = ("item.claimed", "item.settled")
TRIALS = ("land.combined", "land.looked", "suite.ran", "land.intended", "train.cut")
RUNS = ("run.started", "run.ended", "run.paused", "run.pause-lifted", "ship.started", "ship.ended")
ITEM_STEPS = ("step.began", "step.ended", "fix.began", "fix.ended")


@dataclass(frozen=True, slots=True)
class Following:
    """What a page follows: the address that is read again, and the stream that says when.

    `after` is the number of the last record that the page knows; `item` is the only one whose steps are news, "" for
    all of them.
    """

    here: str
    prefix: str
    kinds: Sequence[str]
    after: int
    item: str = ""


def following(request: Request, kinds: Sequence[str], plan: str = "", item: str = "") -> Following:
    """What the page of this request follows. To be asked before anything else is read.

    So what is recorded while the page is made is told twice, and never missed.
    """
    tip = parts_of(request).shop.journal.tip()
    url = request.url
    here = f"{url.path}?{url.query}" if url.query else url.path
    return Following(here, f"{plan}/" if plan else "", kinds, tip.seq if tip is not None else 0, item)
