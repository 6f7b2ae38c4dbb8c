"""Landing by review as a workflow: for each change, a green train is made as for a landing, and proposed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from laneshift.runs.engine.port import Context

Green = Callable[[Context, dict[str, Any], list[str]], Awaitable[tuple[dict[str, Any], list[str]]]]


async def propose_changes(
    ctx: Context, key: str, items: list[str], remote: str, per: str, green: Green
) -> dict[str, Any]:
    """Propose `items`, one change for the batch or for each lane. `green` makes a train that is tested and green.

    A change whose items are all held or dropped does not keep the next from being opened.
    """
    changes: list[dict[str, Any]] = []
    dropped: list[Any] = []
    number = 0
    while items:
        number += 1
        cut = await ctx.step("cut-change", {"per": per, "items": items})
        items = [item for item in items if item not in cut["items"]]
        own = key if number == 1 else f"{key}/train-{number}"
        where = {"key": own, "round": 0, "check": False, "remote": remote}
        train, kept = await green(ctx, where, cut["items"])
        dropped += train["dropped"]
        if kept:
            revert = await ctx.step("prepare-revert", {**where, "train": train})
            told = {**where, "train": train, "revert": revert, "lane": cut["lane"]}
            changes.append(await ctx.step("propose", told))
    landing = [item for change in changes for item in change["items"]]
    return {"result": "proposed" if changes else "nothing", "changes": changes, "items": landing, "dropped": dropped}
