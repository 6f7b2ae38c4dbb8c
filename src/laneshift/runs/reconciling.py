"""What became of a push that nobody saw the end of: told by the remote, and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from laneshift.errors import LaneshiftError
from laneshift.landing.pushing import Move, judged, see, unknown
from laneshift.repo.remotes import find
from laneshift.runs.at_hand import at_hand
from laneshift.runs.events import Event
from laneshift.runs.failure import rebuilt
from laneshift.runs.plan import Plan
from laneshift.runs.remote_landing import RemoteLanding
from laneshift.runs.settle_steps import SettleSteps
from laneshift.runs.workshop import Workshop


def reconcile(shop: Workshop, plan: Plan, doubt: Mapping[str, Any]) -> None:
    """Look at the remote of the push `doubt` (facts of `land.intended`); record the landing if it is there.

    Otherwise its items are ready to land as before. Raises `NeedsPerson` (`remote.unknown`) while it cannot be seen,
    (`remote.taken-away`) when it landed and was undone by others, (`land.work-tree-behind`) as a landing does.
    """
    remote = find(shop.repository, doubt["remote"])
    move = Move(doubt["target"], doubt["old"], doubt["new"], doubt["recovery"])
    try:
        moved = judged(remote, move, see(shop.repository, remote, move))
    except LaneshiftError as error:
        raise unknown(remote.name, move, error.what) from error
    landed = moved.there == move.new
    train = json.loads(shop.store.get(doubt["details"])) if landed else {}
    if landed and shop.shared:
        at_hand(shop, plan).train({**doubt, "train": train})  # the clone that pushed may be gone
    RemoteLanding(shop, plan, remote.name).observe(doubt["key"], doubt, moved)
    if moved.error is not None:
        raise moved.error
    if not landed:
        shop.report(Event("land", f"{move.new[:12]} did not reach {remote.name}; its items are ready to land"))
        return
    where = {name: doubt[name] for name in ("key", "remote", "revert")}
    outcome = SettleSteps(shop, plan).record({**where, "train": train})
    if outcome.get("behind"):
        raise rebuilt(outcome["behind"])
