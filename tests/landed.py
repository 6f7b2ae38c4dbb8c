"""A whole plan, landed for the sake of what comes after a landing."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from laneshift.code.commit_text import Provenance
from laneshift.evidence.canonical import digest
from laneshift.landing.revert import prepare
from laneshift.landing.swap import land
from laneshift.landing.train import Passenger, combine
from laneshift.repo.commits import Identity
from laneshift.runs.plan import Plan
from laneshift.runs.settle_steps import SettleSteps
from tests.toy import shop_at


def landed(path: Path, plan: Plan) -> None:
    """Land the whole plan, without the tests that a landing runs: how long these take is not the question here."""
    shop = shop_at(path)
    passengers = [Passenger(i.intent, i.lane, Provenance(i.intent_digest, digest(i.id), i.task)) for i in plan.items]
    author = Identity(plan.author_name, plan.author_email)
    train = combine(shop.repository, plan.base, passengers, plan.rules, author, plan.when, shop.index.mentions)
    assert len(train.items) == len(plan.items)
    revert = prepare(shop.repository, train, plan.batch, "core", author, plan.when)
    assert land(shop.repository, plan.target, train.base, train.tip, revert, plan.batch) == train.tip
    SettleSteps(shop, plan).record({"key": f"{plan.id}/land-1", "train": asdict(train), "revert": revert})
