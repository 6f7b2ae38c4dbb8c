"""The workflows of a batch, as the durable engine runs them. Deterministic: the world is reached through steps alone.

`run` goes by stages and starts as many workers for each as it was given; each takes the next item of the stage until
none is left, so that `status` can say what comes next. Between stages it may pause. `ship` is `run` and then `land`,
`canary` is both for some items, without landing them. What fails is told as a value, so that no sibling is left alone
and the end of every attempt is on record.
"""

from __future__ import annotations

import asyncio
from typing import Any

from laneshift.runs.engine.port import Child, Context, StepFailed, Workflow
from laneshift.runs.failure import is_machines
from laneshift.runs.land_workflow import land
from laneshift.steps.order import STEPS


async def run(ctx: Context, argument: Any) -> Any:
    """Work on every waiting item. Argument: {key, plan, attempt, items, stages, workers}. Gives {counts, error}.

    `stages` are pairs of a number and how many of the items it takes, in their order.
    """
    key, error, begun = argument["key"], None, 0
    await ctx.step("run-started", argument)
    for number, size in argument["stages"]:
        items = argument["items"][begun : begun + size]
        begun += size
        error = await _stage(ctx, argument, number, items)
        if error is None and begun < len(argument["items"]):
            error = await ctx.step("stage-ended", {"key": key, "stage": number})
        if error is not None:
            break
    return await ctx.step("run-ended", {"key": key, "error": error})


async def _stage(ctx: Context, argument: Any, number: int, items: list[str]) -> Any:
    """Work on the items of one stage; the facts of the error that ended it early, or None."""
    key, most = argument["key"], argument["workers"]
    workers = [
        await ctx.spawn(
            "worker",
            f"{key}/stage-{number}/worker-{each}",
            # A claim names its worker, so each has a number of its own in all stages.
            {"key": key, "items": items, "worker": number * most + each},
        )
        for each in range(min(most, len(items)))
    ]
    ends = await asyncio.gather(*(_error_of(worker) for worker in workers))
    return next((end for end in ends if end is not None), None)


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
    """Bring one item through the nine steps; what fails is mended or set aside. Argument: {run, item}."""
    where = {"run": argument["run"], "item": argument["item"]}
    attempt = 0
    while True:
        ended, failed = await _through_steps(ctx, where)
        if failed is None:
            return await ctx.step("finish", ended)
        outcome = "failed"
        while outcome not in ("", "amended", "suggested"):
            attempt += 1
            outcome = (await ctx.step("fix", {**where, **failed, "attempt": attempt}))["outcome"]
        if outcome != "amended":
            told = {"step": failed["step"], "cause": failed["cause"], "evidence": failed["log"] or failed["notes"]}
            return await ctx.step("set-aside", {**ended, **told})
        # With the fix all steps are done again; those that nothing of it reaches are remembered.
        where = {**where, "fix": attempt}


async def _through_steps(ctx: Context, where: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What `finish` or `set-aside` is told, and of the step that failed its name and result, None where all passed."""
    tree = await ctx.step("base-tree", where)
    notes: dict[str, str] = {}
    for name in STEPS:
        result = await ctx.step(name, {**where, "tree": tree, "notes": notes})
        if result["status"] in ("failed", "errored"):
            told = {field: result[field] for field in ("status", "notes", "log")}
            return {**where, "tree": result["tree"]}, {"step": name, "cause": result["summary"], **told}
        tree, notes = result["tree"], {**notes, name: result["notes"]}
    return {**where, "tree": tree, "notes": notes}, None


async def ship(ctx: Context, argument: Any) -> Any:
    """Run, then land what is ready. Argument: {key, run: argument of run, land: argument of land}."""
    return await ctx.step("ship-ended", {"key": argument["key"], "outcome": await _run_and_land(ctx, argument)})


async def canary(ctx: Context, argument: Any) -> Any:
    """Run the items of the canary, then test them together. Argument as of `ship`; its landing only looks."""
    return await ctx.step("canary-ended", {"key": argument["key"], "outcome": await _run_and_land(ctx, argument)})


async def _run_and_land(ctx: Context, argument: Any) -> Any:
    """The outcome of the landing, or of the run that it did not come after."""
    child = await ctx.spawn("run", argument["run"]["key"], argument["run"])
    ran = await child.result()
    if ran["error"] is not None:
        return {"result": "stopped", "error": ran["error"]}
    child = await ctx.spawn("land", argument["land"]["key"], argument["land"])
    return await child.result()


async def _error_of(child: Child) -> Any:
    """The facts of the error that ended the child, or None."""
    try:
        await child.result()
    except StepFailed as failure:
        return failure.facts
    return None


WORKFLOWS: dict[str, Workflow] = {
    "run": run,
    "worker": worker,
    "item": item,
    "land": land,
    "ship": ship,
    "canary": canary,
}
