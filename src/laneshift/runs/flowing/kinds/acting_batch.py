"""Actions on batches: plan, and then canary, run, land, ship and roll back, as requests.

The durable engine is open once in each process, and a flow runs on one already. So what a plan needs is written down
as a request, under a mark of the step, and performed by a process beside this one, or by a worker that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from laneshift.config.values import STRICT, TreeFile
from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.port import JournalPort
from laneshift.runs import working
from laneshift.runs.awaiting import unapproved
from laneshift.runs.flowing.kinds.acting import Acting, Action, Later
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from laneshift.runs.requesting import Request, Verb, ask, end, find, requests, withdraw
from laneshift.runs.workshop import Workshop

Json = Any
_LOOK_SECONDS = 1.0
PlanName = Annotated[str, Field(min_length=1, max_length=300)]


class ToPlan(BaseModel):
    """A batch: its text, a file of the tree `base`, or evidence by its digest. `called` is its file's name, which says
    how it is read."""

    model_config = STRICT
    called: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.(tsv|toml|json)$")] = "flow.toml"
    batch: Annotated[str, Field(max_length=32 << 20)] = ""
    file: TreeFile | None = None
    evidence: Annotated[str, Field(pattern=r"^(|sha256:[0-9a-f]{64})$")] = ""
    base: str = ""
    target: str = ""
    skip_refused: bool = False

    @model_validator(mode="after")
    def _one_batch(self) -> ToPlan:
        if sum(map(bool, (self.batch, self.file, self.evidence))) != 1:
            raise ValueError("a batch is one of `batch`, its text, `file`, in the tree, and `evidence`, a digest")
        return self


class OfPlan(BaseModel):
    """What is about a plan that was made. `only` are ids of items; empty means all."""

    model_config = STRICT
    plan: PlanName
    only: list[str] = []
    auto_approve: bool = False
    size: Annotated[str, Field(pattern=r"^(|0\.\d{1,6}|1(\.0+)?)$")] = ""


def make(acting: Acting, asked: ToPlan) -> Json:
    """Plan it against a base and at a time that are pinned, so that a repeat makes the same plan."""
    shop = acting.site.shop
    pins = acting.pinned(
        lambda: {"base": shop.repository.commit_id(asked.base or "HEAD"), "when": shop.now(), "mark": acting.mark}
    )
    name = asked.called if asked.file is None else asked.file.rpartition("/")[2]
    order = Order(name, _bytes(shop, asked, pins["base"]), pins["base"], asked.target, asked.skip_refused)
    planned = make_plan(replace(shop, now=lambda: int(pins["when"])), order)
    told = state(acting, OfPlan(plan=planned.plan.id))
    return {**told, "base": pins["base"], "refused": [str(each) for each in planned.faults]}


def _bytes(shop: Workshop, asked: ToPlan, base: str) -> bytes:
    if asked.evidence:
        return shop.store.get(asked.evidence)
    return asked.batch.encode() if asked.file is None else shop.repository.tree(base).read(asked.file)


def state(acting: Acting, asked: OfPlan) -> Json:
    """How the plan stands."""
    shop = acting.site.shop
    plan = shop.plans.load(asked.plan)
    now = working.state_of(shop, plan)
    return {
        "plan": plan.id,
        "batch": plan.batch,
        "counts": now.counts(),
        "landed": now.landed is not None,
        "tip": now.landed["tip"] if now.landed is not None else "",
        "attention": now.in_state("quarantined", "held", "refused"),
        "needs": unapproved(shop, now),
        "paused": now.paused is not None,
    }


def do(verb: Verb, acting: Acting, asked: OfPlan) -> Json:
    """Have `verb` done with the plan, and tell what it came to, beside how the plan stands.

    Raises what it failed for, `CheckFailed` (`flow.canary-red`) for a canary that does not hold, (`flow.worker-failed`)
    where nobody could do it; `Stopped` and `Late`. What was begun and not ended is for `laneshift resume` then.
    """
    site, journal = acting.site, acting.site.shop.journal
    plan = site.shop.plans.load(asked.plan)
    mine = _mine(acting, plan) or ask(journal, plan, verb, _arguments(verb, asked), "flow", f"flow:{acting.mark}")
    if mine.open:
        words = ("worker", "--requests", "--lifeline", "--request", mine.id, "-C", _place(site.shop))
        status = site.own(words, lambda: acting.cut() is not None or not find(journal, mine.id).open)
        mine = find(journal, mine.id)
        if mine.open and (why := acting.cut()) is not None:
            _give_up(journal, mine)
            raise why
        if mine.open and status:
            raise CheckFailed("flow.worker-failed", f"what was to do the {verb} ended with status {status}")
        if mine.open:
            raise Later(_LOOK_SECONDS, f"{verb} of {plan.id} goes on")
    return {**state(acting, asked), "outcome": _outcome(verb, mine)}


def _give_up(journal: JournalPort, mine: Request) -> None:
    """Let others ask something of the plan."""
    try:
        withdraw(journal, mine, "flow")
    except Refused:
        # Somebody has begun with it.
        end(journal, mine, error=CheckFailed("flow.given-up", "the flow that asked for it went on without it"))


def _mine(acting: Acting, plan: Plan) -> Request | None:
    via = f"flow:{acting.mark}"
    return next((each for each in requests(acting.site.shop.journal, plan.id) if each.via == via), None)


def _arguments(verb: Verb, asked: OfPlan) -> Mapping[str, Json]:
    if verb == "canary":
        return {"size": asked.size} if asked.size else {}
    if verb == "rollback":
        return {"only": asked.only}
    return {"only": asked.only, "auto_approve": asked.auto_approve}


def _outcome(verb: Verb, ended: Request) -> Json:
    told = ended.outcome
    if ended.error is not None or told is None:
        error = ended.error or {"code": "flow.withdrawn", "what": f"somebody withdrew the {verb}"}
        raise CheckFailed(str(error["code"]), str(error["what"]), why=str(error.get("why", "")))
    if verb == "canary" and not told["ok"]:
        raise CheckFailed("flow.canary-red", f"the canary of {ended.plan} does not hold", why=f"{told['bad']} bad")
    return dict(told)


def _place(shop: Workshop) -> str:
    return str(shop.repository.work_dir or shop.repository.common_dir)


def _verb(verb: Verb) -> Callable[[Acting, OfPlan], Json]:
    return partial(do, verb)


ACTIONS = {
    "batch.plan": Action(ToPlan, make, "resolve a batch against a base that is pinned"),
    "batch.state": Action(OfPlan, state, "how a plan stands"),
    "batch.canary": Action(OfPlan, _verb("canary"), "run the canary; fails unless it holds", ends_itself=True),
    "batch.run": Action(OfPlan, _verb("run"), "bring every item through its steps", ends_itself=True),
    "batch.land": Action(OfPlan, _verb("land"), "land what is ready, all or nothing", ends_itself=True),
    "batch.ship": Action(OfPlan, _verb("ship"), "run, then land", ends_itself=True),
    "batch.rollback": Action(OfPlan, _verb("rollback"), "take the last landing back", ends_itself=True),
}
