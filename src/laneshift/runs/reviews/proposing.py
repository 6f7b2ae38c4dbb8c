"""The steps that open a change: cut what it brings, put its branch, have it at the forge, record that it is there.

Each looks first: the branch is compared, the forge finds its change by the mark, the journal keeps the first record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from laneshift.evidence.canonical import canonical
from laneshift.forge.port import Change
from laneshift.landing.train import Train
from laneshift.runs.approving import require_at
from laneshift.runs.engine import fence
from laneshift.runs.events import Event
from laneshift.runs.freezing import refuse_frozen
from laneshift.runs.plan import Plan
from laneshift.runs.reviews.body import body_of, title_of
from laneshift.runs.reviews.branch import put_branch
from laneshift.runs.reviews.gathering import gathered
from laneshift.runs.reviews.names import HEADS, branch_of, key_of
from laneshift.runs.reviews.statuses import checks_of
from laneshift.runs.trains import train_from
from laneshift.runs.waiving import require_waivers
from laneshift.runs.workshop import Workshop


class ProposeSteps:
    """The changes of one plan."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan

    def cut(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """What the next change brings. Argument: {per, items}; gives {lane, items}, the lane "" for a whole batch."""
        items = list(argument["items"])
        if argument["per"] != "lane" or not items:
            return {"lane": "", "items": items}
        lane = self._plan.item(items[0]).lane
        return {"lane": lane, "items": [item for item in items if self._plan.item(item).lane == lane]}

    def propose(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Put the branch and have the change at the forge: {branch, number, link, tip, tree, items, lane}.

        Argument: {key, round, remote, train, revert, lane}. Raises as the swap of a landing does, and what the forge's
        answer calls for.
        """
        shop, plan, train = self._shop, self._plan, train_from(argument["train"])
        refuse_frozen(shop, plan.id)
        require_at(shop, plan, argument["key"], train.base, train.tip)
        require_waivers(shop, plan, f"{argument['key']}/{argument['round']}/propose", train)
        facts = self._facts(argument, train)
        key = f"{argument['key']}/{argument['round']}/change/{train.tip}"
        shop.journal.append(f"{key}/intended", "change.intended", facts, durable=True)
        fence.check()
        put_branch(shop, facts["branch"], train.tip, self._ours(facts["branch"]), argument["remote"])
        change = self._at_forge(argument, train)
        told = {**facts, **change}
        shop.journal.append(f"{key}/proposed", "change.proposed", told, durable=True)
        where = change["link"] or f"change {change['number']}"
        shop.report(Event("land", f"{len(train.items)} item(s) wait for review on {facts['branch']}: {where}"))
        return {name: told[name] for name in ("branch", "number", "link", "tip", "tree", "items", "lane")}

    def _facts(self, argument: Mapping[str, Any], train: Train) -> dict[str, Any]:
        return {
            "plan": self._plan.id,
            "batch": self._plan.batch,
            "key": argument["key"],
            "lane": argument["lane"],
            "branch": branch_of(self._plan.batch, argument["lane"]),
            "target": self._plan.target,
            "remote": argument["remote"],
            "base": train.base,
            "tip": train.tip,
            "tree": train.tree,
            "revert": argument["revert"],
            "items": [each.item for each in train.items],
            "details": self._shop.store.put(canonical(asdict(train)), durable=True),
        }

    def _ours(self, branch: str) -> set[str]:
        records = self._shop.journal.records(kind="change.intended")
        return {str(record.facts["tip"]) for record in records if record.facts["branch"] == branch}

    def _at_forge(self, argument: Mapping[str, Any], train: Train) -> dict[str, Any]:
        """Have the change there: {number, link, title, body, checks}, where body and checks are kept as evidence."""
        shop, plan, forge = self._shop, self._plan, self._shop.forge()
        facts = gathered(shop, plan, train, argument)
        body = body_of(facts)
        wanted = Change(
            key_of(plan.batch, facts.lane),
            0,
            title_of(facts),
            body,
            facts.branch,
            plan.target.removeprefix(HEADS),
            train.tip,
        )
        change = forge.changes.put(wanted)
        forge.changes.label(change.number, forge.labels)
        checks = checks_of(facts)
        forge.checks.put(train.tip, checks)
        return {
            "number": change.number,
            "link": forge.changes.link(change.number),
            "title": wanted.title,
            "body": shop.store.put(body.encode(), durable=True),
            "checks": shop.store.put(canonical([asdict(each) for each in checks]), durable=True),
        }
