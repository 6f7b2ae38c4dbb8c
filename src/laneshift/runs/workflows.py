"""The workflows of a batch, as the durable engine runs them. Deterministic: the world is reached through steps alone.

`run` starts as many workers as it was given; each takes the next item of the plan until none is left, so items finish
in plan order and `status` can say what comes next. `ship` is `run` and then `land`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from laneshift.runs.engine.port import Context, Workflow
from laneshift.runs.land_workflow import land
from laneshift.steps.order import STEPS


async def run(ctx: Context, argument: Any) -> Any:
    """Work on every waiting item. Argument: {key, plan, attempt, items, workers}."""
    await ctx.step("run-started", argument)
    workers = [
        await ctx.spawn("worker", f"{argument['key']}/worker-{number}", {**argument, "worker": number})
        for number in range(argument["workers"])
    ]
    await asyncio.gather(*(worker.result() for worker in workers))
    return await ctx.step("run-ended", {"key": argument["key"]})


async def worker(ctx: Context, argument: Any) -> Any:
    """Take items one after another until none is left."""
    key, done = argument["key"], 0
    while True:
        claim = {"key": key, "items": argument["items"], "worker": argument["worker"], "turn": done}
        item = await ctx.step("take", claim)
        if item is None:
            return done
        child = await ctx.spawn("item", f"{key}/{item}", {"run": key, "item": item})
        await child.result()
        done += 1


async def item(ctx: Context, argument: Any) -> Any:
    """Bring one item through the nine steps; the first that fails sets it aside. Argument: {run, item}."""
    where = {"run": argument["run"], "item": argument["item"]}
    tree = await ctx.step("base-tree", where)
    notes: dict[str, str] = {}
    for name in STEPS:
        result = await ctx.step(name, {**where, "tree": tree, "notes": notes})
        if result["status"] in ("failed", "errored"):
            told = {"step": name, "cause": result["summary"], "evidence": result["log"] or result["notes"]}
            return await ctx.step("set-aside", {**where, **told, "tree": result["tree"]})
        tree, notes = result["tree"], {**notes, name: result["notes"]}
    return await ctx.step("finish", {**where, "tree": tree, "notes": notes})


async def ship(ctx: Context, argument: Any) -> Any:
    """Run, then land what is ready. Argument: {key, run: argument of run, land: argument of land}."""
    await ctx.step("ship-started", {"key": argument["key"]})
    child = await ctx.spawn("run", argument["run"]["key"], argument["run"])
    ran = await child.result()
    child = await ctx.spawn("land", argument["land"]["key"], argument["land"])
    landed = await child.result()
    await ctx.step("ship-ended", {"key": argument["key"]})
    return {"run": ran, "land": landed}


WORKFLOWS: dict[str, Workflow] = {"run": run, "worker": worker, "item": item, "land": land, "ship": ship}
