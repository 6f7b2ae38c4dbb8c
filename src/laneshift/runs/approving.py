"""Whether a plan may run or land: enough people approved it as it is now, or the settings let it go without."""

from __future__ import annotations

from laneshift.config import Settings
from laneshift.errors import NeedsPerson
from laneshift.rollout.approval import Policy, auto_allowed
from laneshift.runs.approval_facts import ground_of
from laneshift.runs.approval_journal import AUTOMATIC, Rest, of_plan, record_automatic, record_rested
from laneshift.runs.approval_judging import bench_of, missing, standings
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


def require(shop: Workshop, plan: Plan, during: str = "run", *, auto: bool = False) -> None:
    """Return when `plan` may go on. `during` is what is about to begin; `auto` asks to go without a person.

    Raises `NeedsPerson`: `approval.missing`, `approval.one-person`, `approval.no-canary`, `approval.canary-red`, the
    reason why an approval that was given does not count, or `approval.auto-not-allowed`; `Refused` where the settings
    name keys that are not there.
    """
    settings = ground_of(shop, plan).settings
    if not Policy.of(settings).required:
        if during != "run":
            shop.report(Event("approval", "nobody has to approve here: [approval] in the settings names no people"))
        return
    if _goes_alone(shop, plan, settings, auto=auto):
        return
    bench = bench_of(shop, plan)
    held, _ = standings(bench)
    if not held.holds:
        raise missing(bench, held, during)
    shop.report(Event("approval", f"approved by {', '.join(held.approvers)}"))


def require_at(shop: Workshop, plan: Plan, key: str, base: str, tip: str) -> None:
    """Return when the target may move from `base` to `tip` in the landing `key`, and record what that rests on.

    Keys of people are those of `base`: whoever was removed or revoked there does not count. Raises as `require` does.
    """
    settings = ground_of(shop, plan).settings
    if not Policy.of(settings).required:
        return
    if _goes_alone(shop, plan, settings, auto=False):
        record_rested(shop, plan, key, tip, None)
        return
    bench = bench_of(shop, plan, base)
    held, counting = standings(bench)
    if not held.holds:
        raise missing(bench, held, "landing")
    rest = Rest(counting, bench.keys, bench.facts.repository, bench.facts.canary, bench.now)
    record_rested(shop, plan, key, tip, rest)


def is_signed(shop: Workshop, plan: Plan) -> bool:
    """Whether what lands of the plan rests on people's signatures, which hold for the plan as it was made."""
    settings = ground_of(shop, plan).settings
    return Policy.of(settings).required and not _goes_alone(shop, plan, settings, auto=False)


def _goes_alone(shop: Workshop, plan: Plan, settings: Settings, *, auto: bool) -> bool:
    """Whether somebody asked, now or before, and every lane of the plan is one that needs no person.

    Raises `NeedsPerson` (`approval.auto-not-allowed`) for who asks now and may not.
    """
    lanes = {item.lane for item in plan.items if item.to_run}
    allowed = auto_allowed(settings.approval.auto_approve, lanes)
    if auto and not allowed:
        others = ", ".join(sorted(lanes - {*settings.approval.auto_approve})) or "a plan without items"
        raise NeedsPerson(
            "approval.auto-not-allowed",
            f"{plan.id} may not go without a person",
            where=plan.id,
            why=f"approval.auto_approve does not name {others}",
            cure=f"laneshift approve {plan.id}",
        )
    if auto:
        record_automatic(shop, plan, lanes)
        shop.report(Event("approval", f"no person asked: approval.auto_approve has {', '.join(sorted(lanes))}"))
    return allowed and (auto or bool(of_plan(shop, plan, AUTOMATIC)))
