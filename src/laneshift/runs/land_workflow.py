"""Landing as a workflow: combine, test, find culprits, prepare the way back, swap one ref, settle.

Policy, in short. The tree that was tested is the tree that lands. Lanes and imports of the combined tree are looked at
before any test runs, which needs none to find culprits either. Red ids that are red on the base, or green on a
second run, are recorded and not blamed. Of items that are red together the last is held and the others go on; small
runs find such sets until every red id is explained, and only then the whole suite runs again. When the target moved,
everything is applied and tested again, a bounded number of times. A check only looks: it tests the items together,
names the first culprits, and changes the state of none.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from laneshift.landing.culprits import Culprits, Probe, Search, culprit_sets
from laneshift.runs.engine.port import Context, StepFailed
from laneshift.runs.reviews.workflow import propose_changes
from laneshift.runs.train_workflow import land_trains


async def land(ctx: Context, argument: Any) -> Any:
    """Land the ready items, or those of `only`.

    Argument: {key, plan, attempt, only, check, beside, remote, bases, per}. `remote` is the git remote to land on, ""
    for the local branch; `bases` is how many bases are tried. With `per` (`batch`, `lane`) nothing lands: changes are
    proposed for people to merge.
    """
    key, remote = argument["key"], argument["remote"]
    try:
        items = await ctx.step("land-started", argument)
        if argument["check"]:
            outcome = await _check(ctx, argument, items)
        elif argument.get("per"):
            outcome = await propose_changes(ctx, key, items, remote, argument["per"], _green_train)
        else:
            outcome = await land_trains(ctx, key, items, partial(_land, remote, argument["bases"]))
    except StepFailed as failure:
        outcome = {"result": "stopped", "error": failure.facts}
    return await ctx.step("land-ended", {"key": key, "outcome": outcome})


async def _land(remote: str, bases: int, ctx: Context, key: str, items: list[str]) -> dict[str, Any]:
    tried: list[str] = []
    for round_number in range(bases):
        where = {"key": key, "round": round_number, "check": False, "remote": remote}
        train, items = await _green_train(ctx, where, items)
        if not items:
            return {"result": "nothing", "dropped": train["dropped"]}
        revert = await ctx.step("prepare-revert", {**where, "train": train})
        there = await ctx.step("swap", {**where, "train": train, "revert": revert})
        if there == train["tip"]:
            landed: dict[str, Any] = await ctx.step("record-landing", {**where, "train": train, "revert": revert})
            return landed
        tried.append(train["base"])
    told: dict[str, Any] = await ctx.step("give-way", {"key": key, "remote": remote, "bases": tried})
    return told


async def _check(ctx: Context, argument: Any, items: list[str]) -> dict[str, Any]:
    beside = {"beside": True} if argument.get("beside") else {}
    where = {"key": argument["key"], "round": 0, "check": True, "remote": argument["remote"], **beside}
    base = await ctx.step("target-tip", where)
    train = await ctx.step("combine", {**where, "base": base, "items": items})
    items = [coupled["item"] for coupled in train["items"]]
    if not items:
        return {"result": "nothing", "dropped": train["dropped"]}
    blamed, again = await _blamed(ctx, where, train)
    if not blamed:
        return {"result": "green", "train": train, "dropped": train["dropped"]}
    found = await _next_culprits(ctx, again, {**where, "base": base, "all": items}, culprit_sets(items, blamed))
    culprits = list(found.members) if found else items
    return {"result": "red", "blamed": blamed, "culprits": culprits, "dropped": train["dropped"]}


async def _green_train(ctx: Context, where: dict[str, Any], items: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Combine and test, holding culprits, until the train is green or empty."""
    base = await ctx.step("target-tip", where)
    while True:
        train = await ctx.step("combine", {**where, "base": base, "items": items})
        items = [coupled["item"] for coupled in train["items"]]
        if not items:
            return train, items
        blamed, again = await _blamed(ctx, where, train)
        if not blamed:
            return train, items
        search, where_all = culprit_sets(items, blamed), {**where, "base": base, "all": items}
        while found := await _next_culprits(ctx, again, where_all, search):
            told = {"culprits": list(found.members), "blamed": list(found.red), "all": items}
            held = await ctx.step("hold", {**where, **told})
            items = [item for item in items if item != held]


async def _blamed(ctx: Context, where: dict[str, Any], train: dict[str, Any]) -> tuple[list[str], str]:
    """What the train is blamed for, and the step that asks parts of it for that. What is seen needs no suite."""
    looked = await ctx.step("look", {**where, "train": train})
    if looked["blamed"]:
        return looked["blamed"], "look-again"
    tested = await ctx.step("suite", {**where, "train": train})
    return tested["blamed"], "probe"


async def _next_culprits(ctx: Context, again: str, where: dict[str, Any], search: Search) -> Culprits | None:
    """The next set that the search finds by step `again`; None at its end. `where` has the base and all items."""
    try:
        asked = next(search)
        while isinstance(asked, Probe):
            probe = {**where, "items": list(asked.items), "blamed": list(asked.ids)}
            asked = search.send(await ctx.step(again, probe))
    except StopIteration:
        return None
    return asked
