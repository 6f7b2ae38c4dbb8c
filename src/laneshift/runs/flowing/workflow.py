"""Flows as the durable engine runs them: deterministic, and in touch with the world through steps alone.

A chain of steps goes in one workflow; branches, and the members of a step with `each` that go side by side, are
children. What a step needs to know is computed here from the results so far, which the engine or the journal remembers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from laneshift.flows.expressions import ExpressionError, filled, value_of
from laneshift.flows.model import SUB_FLOW, Body, Flow, Json, Step, from_json
from laneshift.flows.order import Branches, Part, at, names_in, order
from laneshift.runs.engine.port import Child, Context, Workflow
from laneshift.runs.flowing import keys

Told = dict[str, Any]
"""How a step ended: {state, value, code, what}, and for one that has not: {waits, until}."""

_SOUND = ("done", "skipped")
_MOST_MEMBERS = 10_000


@dataclass(frozen=True)
class _Run:
    """One attempt of one run, as one workflow of it sees it. `line` are the runs it is part of, itself first."""

    ctx: Context
    me: str
    id: str
    attempt: int
    line: list[list[Any]]
    flow: Flow
    inputs: Mapping[str, Json]
    kept: Mapping[str, Told]
    until: int | None

    def names(self, results: Mapping[str, Told]) -> dict[str, Json]:
        """What expressions may speak of."""
        about = {"id": self.id, "name": self.flow.name, "attempt": self.attempt}
        return {"inputs": dict(self.inputs), "steps": dict(results), "flow": about}

    def place(self, step: str, index: int | None = None, purpose: str = "do") -> dict[str, Json]:
        """What every step of the engine is told first."""
        where = {"run": self.id, "attempt": self.attempt, "step": step, "index": index, "purpose": purpose}
        return {**where, "me": self.me, "line": self.line, "until": self.until}


async def flow(ctx: Context, argument: Json) -> Json:
    """One attempt of a run: {run, attempt, line, until}. Gives {state, code, what, value}."""
    run = await _opened(ctx, argument, argument["key"])
    results = await _part(run, order(run.flow), dict(run.kept))
    bad = _first_bad(run.flow, results)
    if bad is None:
        value = {name: told["value"] for name, told in results.items() if told["state"] == "done"}
        return await ctx.step("flow-ended", {**_attempt(run), "end": {"state": "done", "value": value}})
    stopping = await ctx.step(
        "flow-stopping", {**_attempt(run), "end": bad, "back": run.flow.on_failure == "compensate"}
    )
    await _back(run, stopping["undo"], stopping["results"])
    return await ctx.step("flow-ended", {**_attempt(run), "end": bad})


async def branch(ctx: Context, argument: Json) -> Json:
    """One of several parts that go side by side: {path, results} and what `flow` is told. Gives the results."""
    run = await _opened(ctx, argument, argument["key"])
    part = at(order(run.flow), argument["path"])
    results = await _part(run, part, argument["results"], tuple(argument["path"]))
    return {name: results[name] for name in names_in(part) if name in results}


async def lane(ctx: Context, argument: Json) -> Json:
    """Some of the members of a step with `each`, one after another: {step, results, members: [[index, member]]}."""
    run = await _opened(ctx, argument, argument["key"])
    step = run.flow.step(argument["step"])
    return await _in_turn(run, step, argument["results"], argument["members"])


async def back(ctx: Context, argument: Json) -> Json:
    """Take back what the run of a sub-flow did, when what it is part of did not end well."""
    run = await _opened(ctx, argument, argument["key"])
    stopping = await ctx.step("flow-taking-back", _attempt(run))
    return await _back(run, stopping["undo"], stopping["results"])


async def begin(ctx: Context, argument: Json) -> Json:
    """Start runs that were asked for: {runs: [argument of `flow`]}. They go on by themselves."""
    for each in argument["runs"]:
        await ctx.spawn("flow", each["key"], each)
    return len(argument["runs"])


async def _opened(ctx: Context, argument: Json, me: str) -> _Run:
    where = {"run": argument["run"], "attempt": argument["attempt"], "until": argument["until"]}
    told = await ctx.step("flow-opened", where)
    return _Run(
        ctx=ctx,
        me=me,
        id=argument["run"],
        attempt=argument["attempt"],
        line=argument["line"],
        flow=from_json(told["definition"]),
        inputs=told["inputs"],
        kept=told["kept"],
        until=told["until"],
    )


def _attempt(run: _Run) -> dict[str, Json]:
    return {"run": run.id, "attempt": run.attempt}


def _child(run: _Run, key: str) -> dict[str, Json]:
    return {**_attempt(run), "line": run.line, "until": run.until, "key": key}


async def _part(run: _Run, part: Part, results: dict[str, Told], path: tuple[int, ...] = ()) -> dict[str, Told]:
    """The results so far and those of the part. After a step that did not end well nothing of its chain begins."""
    if isinstance(part, str):
        return results if part in run.kept else {**results, part: await _step(run, run.flow.step(part), results)}
    if isinstance(part, Branches):
        return await _branches(run, part, results, path)
    for number, each in enumerate(part.parts):
        results = await _part(run, each, results, (*path, number))
        if _first_bad(run.flow, results) is not None:
            break
    return results


async def _branches(run: _Run, part: Branches, results: dict[str, Told], path: tuple[int, ...]) -> dict[str, Told]:
    children = []
    for number, _ in enumerate(part.parts):
        whole = [*path, number]
        key = f"{run.id}#{run.attempt}/branch-{'.'.join(map(str, whole))}"
        argument = {**_child(run, key), "path": whole, "results": results}
        children.append(await run.ctx.spawn("flow-branch", key, argument))
    for end in await _gathered(children):
        results = {**results, **end}
    return results


async def _gathered(children: list[Child]) -> list[Json]:
    """What all of them gave. When some failed, the first of those, once all have ended."""
    ends = await asyncio.gather(*(child.result() for child in children), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return ends


async def _step(run: _Run, step: Step, results: Mapping[str, Told]) -> Told:
    """One step, with its condition and its members."""
    names = run.names(results)
    try:
        if step.when and not value_of(step.when, names):
            return _result(await run.ctx.step("flow-attempt", {**run.place(step.name), "try": 1, "skip": True}))
        members = _members(step, names)
    except ExpressionError as error:
        return await _refused(run, _given(run, step, None), error)
    if members is None:
        return await _once(run, step, results, None, {})
    return await _each(run, step, results, members)


async def _each(run: _Run, step: Step, results: Mapping[str, Told], members: list[Json]) -> Told:
    """Every member, `at_once` at a time; the value is the list of theirs."""
    numbered = [[index, member] for index, member in enumerate(members)]
    told = await run.ctx.step("flow-fanned", {**run.place(step.name), "count": len(members)})
    if told.get("state"):
        return _result(told)
    lanes = min(step.at_once, len(members))
    if lanes <= 1:
        ends = await _in_turn(run, step, results, numbered)
    else:
        ends = await _lanes(run, step, results, [numbered[number::lanes] for number in range(lanes)])
    joined = [told for _, told in sorted(ends, key=lambda end: int(end[0]))]
    return _result(
        await run.ctx.step("flow-joined", {**run.place(step.name), "ends": joined, "may_fail": step.may_fail})
    )


async def _in_turn(run: _Run, step: Step, results: Mapping[str, Told], members: list[list[Any]]) -> list[list[Any]]:
    """Members by their index, one after another: what each came to, by its index."""
    return [
        [index, await _once(run, step, results, index, {"item": member, "index": index})] for index, member in members
    ]


async def _lanes(run: _Run, step: Step, results: Mapping[str, Told], dealt: list[list[Any]]) -> list[list[Any]]:
    children = []
    for number, members in enumerate(dealt):
        key = f"{run.id}#{run.attempt}/{step.name}/lane-{number}"
        argument = {**_child(run, key), "step": step.name, "results": dict(results), "members": members}
        children.append(await run.ctx.spawn("flow-lane", key, argument))
    return [each for end in await _gathered(children) for each in end]


async def _once(
    run: _Run, step: Step, results: Mapping[str, Told], index: int | None, more: Mapping[str, Json]
) -> Told:
    """A step, or one member of it."""
    given = _given(run, step, index)
    try:
        settings = filled(step.settings, {**run.names(results), **more})
    except ExpressionError as error:
        return await _refused(run, given, error)
    if step.kind == SUB_FLOW:
        return await _sub_flow(run, step, given, settings)
    body = Body(step.kind, settings, step.retry, step.timeout_seconds)
    return await _tried(run, {**given, "again": step.again}, body)


def _given(run: _Run, step: Step, index: int | None) -> dict[str, Json]:
    return {**run.place(step.name, index), "may_fail": step.may_fail}


async def _refused(run: _Run, given: Mapping[str, Json], error: ExpressionError) -> Told:
    """An expression has no value: the step fails before it begins."""
    fault = {"code": "flow.no-value", "what": str(error)}
    return _result(await run.ctx.step("flow-attempt", {**given, "try": 1, "fault": fault}))


async def _tried(run: _Run, given: Mapping[str, Json], body: Body) -> Told:
    """Something to do, again and again as its retries say, until it has ended."""
    work = {**given, "kind": body.kind, "settings": body.settings, "timeout": body.timeout_seconds}
    work["retry"] = _retry_of(body)
    number = 1
    while True:
        told = await run.ctx.step("flow-attempt", {**work, "try": number})
        if told["state"] in ("waiting", "asking"):
            told = await _waited(run, {**work, "try": number}, told)
        if told["state"] != "paused":
            return _result(told)
        await _paused(run, {**work, "try": number}, told["until"])
        number += 1


async def _waited(run: _Run, work: Mapping[str, Json], told: Told) -> Told:
    """Look again whenever a signal came or the time for it did, until it has ended."""
    turn = 0
    while told["state"] in ("waiting", "asking"):
        asking = told["state"] == "asking"
        turn += 1
        seen = await _looked(run, {**work, "turn": turn, "waits": told["waits"], "look_at": told["until"]})
        more = {"turn": turn, "signals": seen["signals"], "stopped": seen["stopped"], "asked": asking}
        told = await run.ctx.step("flow-again", {**work, **more})
    return told


async def _paused(run: _Run, work: Mapping[str, Json], until: int) -> None:
    """Wait until the next attempt; less when the run is to end, which the attempt sees by itself."""
    await _looked(run, {**work, "turn": 0, "waits": [], "look_at": until})


async def _looked(run: _Run, look: Mapping[str, Json]) -> Told:
    about = (
        "run",
        "attempt",
        "step",
        "index",
        "purpose",
        "line",
        "until",
        "try",
        "turn",
        "waits",
        "look_at",
        "timeout",
    )
    asked, glance = {name: look[name] for name in about}, 0
    while True:
        seen: Told = await run.ctx.step("flow-look", {**asked, "glance": glance})
        if seen["ready"]:
            return seen
        glance += 1
        await run.ctx.wait(keys.POKE, seen["seconds"])


async def _sub_flow(run: _Run, step: Step, given: Mapping[str, Json], settings: Mapping[str, Json]) -> Told:
    work = {**given, "flow": settings["flow"], "inputs": settings.get("inputs", {}), "retry": _retry_of(step)}
    work["timeout"] = step.timeout_seconds
    number = 1
    while True:
        told = await run.ctx.step("flow-part", {**work, "try": number})
        if "child" in told:
            child = await run.ctx.spawn("flow", told["child"]["key"], told["child"])
            told = await run.ctx.step("flow-part-ended", {**work, "try": number, "end": await child.result()})
        if told["state"] != "paused":
            return _result(told)
        await _paused(run, {**work, "try": number}, told["until"])
        number += 1


async def _back(run: _Run, undo: list[Told], results: Mapping[str, Told]) -> list[Told]:
    """Take back what was done, the last first, each once; what cannot be taken back keeps nothing else from it."""
    ends = []
    for each in undo:
        step = run.flow.step(each["step"])
        given = {**run.place(step.name, each["index"], "undo"), "until": None, "may_fail": True, "again": "safe"}
        if step.compensate is None:
            ends.append(await _part_back(run, given, each["child"]))
            continue
        try:
            settings = filled(step.compensate.settings, {**run.names(results), **_member(run, step, results, each)})
        except ExpressionError as error:
            ends.append(await _refused(run, given, error))
            continue
        ends.append(await _tried(run, given, replace(step.compensate, settings=settings)))
    return ends


async def _part_back(run: _Run, given: Mapping[str, Json], child: Mapping[str, Json]) -> Told:
    told = await run.ctx.step("flow-attempt", {**given, "try": 1, "child": dict(child)})
    if told["state"] == "waiting":
        ends = await (await run.ctx.spawn("flow-back", child["key"], {**child})).result()
        told = await run.ctx.step("flow-part-back", {**given, "try": 1, "ends": ends})
    return _result(told)


def _member(run: _Run, step: Step, results: Mapping[str, Told], each: Told) -> dict[str, Json]:
    if each["index"] is None:
        return {}
    members = value_of(step.each, run.names(results))
    return {"item": members[each["index"]], "index": each["index"]}


def _members(step: Step, names: Mapping[str, Json]) -> list[Json] | None:
    members = value_of(step.each, names) if step.each else None
    if members is None and not step.each:
        return None
    if not isinstance(members, list) or len(members) > _MOST_MEMBERS:
        raise ExpressionError(f"`each` came to no list of at most {_MOST_MEMBERS} members")
    return members


def _retry_of(body: Body | Step) -> dict[str, Json]:
    told = body.retry
    numbers = {"first_seconds": told.first_seconds, "factor": told.factor, "most_seconds": told.most_seconds}
    return {"times": told.times, **numbers, "on": list(told.on)}


def _result(told: Told) -> Told:
    return {
        "state": told["state"],
        "value": told.get("value"),
        "code": told.get("code", ""),
        "what": told.get("what", ""),
    }


def _first_bad(flow: Flow, results: Mapping[str, Told]) -> Told | None:
    """How the flow ends because of a step that did not end well: by a failure before by what followed from it."""
    bad = [
        {**told, "step": step.name}
        for step in flow.steps
        if (told := results.get(step.name)) is not None
        and told["state"] not in _SOUND
        and not (step.may_fail and told["state"] in ("failed", "timed-out"))
    ]
    return min(bad, key=lambda told: told["code"] == "flow.other-failed") if bad else None


WORKFLOWS: dict[str, Workflow] = {
    "flow": flow,
    "flow-branch": branch,
    "flow-lane": lane,
    "flow-back": back,
    "flow-begin": begin,
}
