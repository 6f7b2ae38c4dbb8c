"""Why an item did not go through: what its steps found, the first red test, and what spoke against it before."""

from __future__ import annotations

from laneshift.agents.desk.bounds import cut, end_of, first
from laneshift.agents.desk.told import FactorTold, Failure, StepTold
from laneshift.agents.desk.working import Working
from laneshift.evidence.redaction import redact_text
from laneshift.runs import inspecting
from laneshift.runs.answering.batches import ShopBatches, why
from laneshift.runs.plan import Plan
from laneshift.runs.triage import Triaged, triage
from laneshift.runs.workshop import Workshop

_STEPS = 100


def explained(shop: Workshop, plan: Plan, name: str, working: Working) -> Failure:
    """What the journal, the evidence and the source say. Raises `Refused` (`plan.no-such-item`)."""
    item = plan.item(name)
    state = shop.state(plan)
    found = state.items[item.id]
    reports = inspecting.steps_of(shop, plan, item.id)
    working.step(f"{item.id} is {found.state}")
    batches = ShopBatches(shop, lambda _: state)
    told = next(each for each in batches.items(plan.id) if each.id == item.id)
    failure = batches.failure(told)
    working.step("the risk of the item")
    risk = _risk(shop, plan, item.id)
    failing, left_out = first(failure.tests if failure else ())
    return Failure(
        plan=plan.id,
        item=item.id,
        state=found.state,
        step=found.step,
        cause=cut(found.cause),
        why=cut(redact_text(why(shop, plan, state, item.id))),
        failing=failing,
        path=failure.path if failure else "",
        line=failure.line if failure else 0,
        error=cut(redact_text(failure.error)) if failure else "",
        steps=[
            StepTold(run=each.run, step=each.step, status=each.status, summary=cut(each.summary))
            for each in reports[-_STEPS:]
        ],
        score=risk.risk.score if risk else -1.0,
        level=risk.risk.level if risk else "",
        factors=[FactorTold(name=f.name, points=f.points, why=cut(f.why)) for f in risk.risk.factors] if risk else [],
        log=end_of(redact_text(shop.store.get(failure.log).decode("utf-8", "replace")))
        if failure and failure.log
        else "",
        left_out=left_out,
        next=_next(plan, item.id, found.state),
    )


def _risk(shop: Workshop, plan: Plan, item: str) -> Triaged | None:
    """The item's own, where a run would work on it."""
    return next(iter(triage(shop, plan, (item,))), None)


def _next(plan: Plan, item: str, state: str) -> str:
    if state == "quarantined":
        return f"mend what the step says, in the files of the pack; `laneshift inspect {plan.id} {item}` shows it all"
    return f"`laneshift inspect {plan.id} {item}` shows every step"
