"""A queue as trains, one after the other: each is cut when its turn comes, and lands by a full green run of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from laneshift.runs.engine.port import Context

LandOne = Callable[[Context, str, list[str]], Awaitable[dict[str, Any]]]


async def land_trains(ctx: Context, key: str, items: list[str], land_one: LandOne) -> dict[str, Any]:
    """Land `items` in order, train by train; `land_one` lands one under the key it is given.

    A train whose items are all held or dropped does not keep the next from going. A target that never rests, and a
    work tree that could not follow, end it: what was not reached stays ready to land.
    """
    whole: dict[str, Any] = {"result": "nothing", "dropped": []}
    number = 0
    while items or not number:
        number += 1
        cut = await ctx.step("cut-train", {"key": key, "number": number, "items": items})
        items = items[len(cut) :]
        outcome = await land_one(ctx, key if number == 1 else f"{key}/train-{number}", cut)
        if outcome["result"] not in ("landed", "nothing"):
            return {**outcome, "landed": whole.get("items", [])}
        whole = _joined(whole, outcome)
        if outcome.get("behind"):
            break
    return whole


def _joined(whole: dict[str, Any], outcome: dict[str, Any]) -> dict[str, Any]:
    """What several trains came to: the tip and tree of the last that landed, the items of all."""
    dropped = [*whole["dropped"], *outcome.get("dropped", [])]
    if outcome["result"] == "nothing":
        return {**whole, "dropped": dropped}
    items = [*whole.get("items", []), *outcome["items"]]
    return {**outcome, "items": items, "trains": whole.get("trains", 0) + 1, "dropped": dropped}
