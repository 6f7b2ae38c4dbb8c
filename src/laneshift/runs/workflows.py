"""The workflows of a batch, as the durable engine runs them. Deterministic: the world is reached through steps alone.

`run` starts as many workers as it was given; each takes the next item of the plan until none is left, so items finish
in plan order and `status` can say what comes next. `ship` is `run` and then `land`. What fails is told as a value, so
that no sibling is left alone and the end of every attempt is on record.
"""

from __future__ import annotations

import asyncio
from typing import Any

from laneshift.runs.engine.port import Child, Context, StepFailed, Workflow
from laneshift.runs.failure import is_machines
from laneshift.runs.land_workflow import land
from laneshift.steps.order import STEPS


async def run(ctx: Context, argument: Any) -> Any:
    """Work on every waiting item. Argument: {key, plan, attempt, items, workers}. Gives {counts, error}."""
    key = argument["key"]
    await ctx.step("run-started", argument)
    workers = [
        await ctx.spawn("worker", f"{key}/worker-{number}", {**argument, "worker": number})
        for number in range(argument["workers"])
    ]
    ends = await asyncio.gather(*(_error_of(worker) for worker in workers))
    error = next((end for end in ends if end is not None), None)
    return await ctx.step("run-ended", {"key": key, "error": error})


async def worker(ctx: Context, argument: Any) -> Any:
    """Take items one after another until none is left, or the machine fails: then the items are not to blame."""
    key, done = argument["key"], 0
    while True:
        claim = {"key": key, "items": argument["items"], "worker": argument["worker"], "turn": done}
        item = await ctx.step("take", claim)
        if item is None:
            return done
        child = await ctx.spawn("item", f"{key}/{item}", {"run": key, "item": item})
        error = await _error_of(child)
        if error is not None and is_machines(error):
            raise StepFailed(error)
        if error is not None:
            await ctx.step("give-up", {"run": key, "item": item, "error": error})
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
    child = await ctx.spawn("run", argument["run"]["key"], argument["run"])
    ran = await child.result()
    landed = {"result": "stopped", "error": ran["error"]}
    if ran["error"] is None:
        child = await ctx.spawn("land", argument["land"]["key"], argument["land"])
        landed = await child.result()
    return await ctx.step("ship-ended", {"key": argument["key"], "outcome": landed})


async def _error_of(child: Child) -> Any:
    """The facts of the error that ended the child, or None."""
    try:
        await child.result()
    except StepFailed as failure:
        return failure.facts
    return None


WORKFLOWS: dict[str, Workflow] = {"run": run, "worker": worker, "item": item, "land": land, "ship": ship}
