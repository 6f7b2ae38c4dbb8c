"""What an approval of a plan has to be about, found out here and now: never taken from what an approval says."""

from __future__ import annotations

import json
from dataclasses import dataclass

from laneshift.config import Settings
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import digest
from laneshift.evidence.records import Record
from laneshift.repo.identity import identity_or_local
from laneshift.repo.refs import read
from laneshift.repo.remote_names import tracking_ref
from laneshift.rollout.approval import Facts
from laneshift.rollout.pins import pins_digest
from laneshift.rollout.stages import pauses
from laneshift.runs.canarying import TYPE
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

CANARY = "canary.recorded"


def facts_of(shop: Workshop, plan: Plan) -> Facts:
    """The facts of `plan` in this repository, with its last canary. Raises `Refused` as `repository_name` does."""
    ran = canaries(shop, plan)
    result, ok = canary_of(shop, plan, ran[-1]) if ran else ("", True)
    return facts_with(plan, repository_name(shop, plan), result, ok=ok)


def facts_with(plan: Plan, repository: str, canary: str, *, ok: bool) -> Facts:
    """The facts of `plan` with a canary of this digest, "" for none."""
    return Facts(repository, plan.digest, pins_digest(plan.pins), canary, plan.author_email, ok)


def repository_name(shop: Workshop, plan: Plan) -> str:
    """What every clone of this repository calls it, as a digest; its history is that of the plan's base.

    Raises `Refused` (`repo.no-identity`, `repo.shallow`, `repo.bad-name`) when nothing tells.
    """
    first, name = identity_or_local(shop.repository, shop.name, shop.journal.checkpoint().origin, plan.base)
    return digest({"first": first, "name": name})


def canaries(shop: Workshop, plan: Plan) -> list[Record]:
    """Every canary of the plan that was recorded, oldest first."""
    records = shop.journal.records(kind=CANARY, prefix=f"{plan.id}/")
    return [record for record in records if record.facts.get("plan") == plan.id]


def canary_of(shop: Workshop, plan: Plan, record: Record) -> tuple[str, bool]:
    """The digest of a canary's result and whether it was good.

    No digest when the result is not there, or is not that of this plan: a record alone is the word of whoever wrote it.
    """
    result = str(record.facts.get("result", ""))
    try:
        found = json.loads(shop.store.get(result))
        about = (found["type"], found["plan"], found["pins"]) == (TYPE, plan.digest, pins_digest(plan.pins))
        done, bad, together = int(found["done"]), int(found["bad"]), found["combined"]["result"]
    except (LaneshiftError, ValueError, KeyError, TypeError):
        return "", False
    if not about or done < 1:
        return "", False
    limit = shop.settings(shop.repository.tree(plan.base)).rollout.max_failure_rate
    good = not pauses(bad, done, limit) and together in ("green", "nothing")
    return result, good and record.facts.get("ok") is True


@dataclass(frozen=True, slots=True)
class Ground:
    """The settings at the base of a plan, and the commit that its target is known to be at."""

    settings: Settings
    tip: str


def ground_of(shop: Workshop, plan: Plan) -> Ground:
    """Where the settings and the keys of people are read from; the base itself where the target has never been seen."""
    settings = shop.settings(shop.repository.tree(plan.base))
    remote = settings.landing.remote
    refs = [tracking_ref(remote, plan.target)] if remote else []
    tips = [tip for ref in [*refs, plan.target] if (tip := read(shop.repository, ref)) is not None]
    return Ground(settings, tips[0] if tips else plan.base)
