"""The desk of one who asks: every use case of an agent, with its rights looked at before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laneshift.agents.claims.port import Claim, Claims
from laneshift.agents.desk import asked, told
from laneshift.agents.desk.bounds import first
from laneshift.agents.desk.explaining import explained
from laneshift.agents.desk.handing import briefed, claimed, pack_named, released
from laneshift.agents.desk.listing import (
    JUDGED,
    claim_told,
    items_told,
    needs_attention,
    pack_told,
    plan_told,
    submissions_told,
)
from laneshift.agents.desk.plans import plan_named, plans_asked
from laneshift.agents.desk.trying import dreamt, way_of
from laneshift.agents.desk.working import Working
from laneshift.agents.packs.kept import all_of
from laneshift.agents.registry import Registered, known, registered
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

Allow = Callable[[str, Plan | None], None]
"""Raises `Refused` where whoever asks may not do an action, such as `item.claim`, with the batch of a plan.

The actions are those of the policies of the server."""

NEEDED: Mapping[str, str] = {
    "item.claim": "claiming",
    "item.release": "claiming",
    "item.submit": "committing",
    "item.suggest": "suggesting",
}
"""What an agent has to be let do, by the settings, for what policies call an action. Reading is for everybody."""


@dataclass(frozen=True)
class Desk:
    """`agent` is the name of the agent that asks, as the settings have it; empty for a person, who may only look.

    `claims` opens the claims. Every method raises what `allow` raises, and `Refused` for what is not there.
    """

    shop: Workshop
    claims: Callable[[], Claims]
    agent: str
    allow: Allow

    def list_work(self, wanted: asked.ListWork, working: Working) -> told.Work:
        """Plans with their packs and a page of their items."""
        plans = self._plans(wanted.plan)
        held = {(claim.plan, claim.pack): claim for claim in self._held()}
        packs: list[told.PackTold] = []
        items: list[told.ItemTold] = []
        for plan in plans:
            working.step(plan.id)
            own = all_of(self.shop, plan.id)
            packs += [pack_told(pack, held) for pack in own]
            items += items_told(plan, self.shop.state(plan), own)
        page, end = items[wanted.after : wanted.after + wanted.limit], wanted.after + wanted.limit
        shown, left_out = first(packs)
        free = self._free(shown)
        return told.Work(
            plans=[plan_told(plan, self.shop.state(plan)) for plan in plans],
            packs=shown,
            items=page,
            more=end if end < len(items) else 0,
            left_out=left_out,
            next=f"get_pack {free.plan} {free.pack}" if free else "`laneshift agent packs PLAN` makes packs",
        )

    def status(self, wanted: asked.Standing, working: Working) -> told.Standings:
        """Who asks, and how things stand."""
        plans = self._plans(wanted.plan)
        ids = {plan.id for plan in plans}
        working.step("claims and submissions")
        claims, no_claims = first([claim_told(claim, self.agent) for claim in self._held() if claim.plan in ids])
        records = self.shop.journal.records(kind=JUDGED)
        submissions, no_submissions = first(submissions_told(records, plans))
        items = [item for plan in plans for item in items_told(plan, self.shop.state(plan), all_of(self.shop, plan.id))]
        attention, no_attention = first(needs_attention(items))
        who = self._registered()
        item = attention[0] if attention else None
        return told.Standings(
            agent=self.agent,
            may=list(who.roles) if who else [],
            plans=[plan_told(plan, self.shop.state(plan)) for plan in plans],
            claims=claims,
            submissions=submissions,
            attention=attention,
            left_out=no_claims + no_submissions + no_attention,
            next=f"explain_failure {item.plan} {item.item}" if item else "list_work",
        )

    def explain_failure(self, wanted: asked.ExplainFailure, working: Working) -> told.Failure:
        """Why an item stopped."""
        plan = self._plan(wanted.plan, "item.read")
        return explained(self.shop, plan, wanted.item, working)

    def get_pack(self, wanted: asked.GetPack, _: Working) -> told.Brief:
        """The brief of a pack."""
        plan = self._plan(wanted.plan, "item.read")
        return briefed(pack_named(self.shop, plan, wanted.pack), self._held())

    def claim(self, wanted: asked.Claim, _: Working) -> told.Claimed:
        """Hold a pack, or hold it for longer."""
        plan = self._plan(wanted.plan, "item.claim")
        agent = self._agent("item.claim")
        return claimed(self.claims(), agent, pack_named(self.shop, plan, wanted.pack), wanted.seconds)

    def release(self, wanted: asked.Release, _: Working) -> told.Released:
        """Let go of what one holds."""
        self.allow("item.release", None)
        return released(self.claims(), self._agent("item.release"), wanted)

    def dry_run(self, wanted: asked.DryRun, working: Working) -> told.Foreseen:
        """What would happen."""
        way = way_of(wanted)
        plan = self._plan(wanted.plan, "dream.create") if wanted.plan else None
        if plan is None:
            self.allow("dream.create", None)
        return dreamt(self.shop, wanted, way, working)

    def _free(self, packs: list[told.PackTold]) -> told.PackTold | None:
        """What to look at first: a pack that nobody holds, one that is meant for who asks before others."""
        free = [pack for pack in packs if not pack.holder]
        return min(free, key=lambda pack: (pack.agent != self.agent, len(pack.after)), default=None)

    def _plans(self, name: str) -> list[Plan]:
        """Raises where one of them may not be read: half an answer would pass for a whole one."""
        self.allow("item.read", None)
        plans = plans_asked(self.shop, name)
        for plan in plans:
            self.allow("item.read", plan)
        return plans

    def _plan(self, name: str, action: str) -> Plan:
        """Whether a plan exists is told only to those who may do this with plans at all."""
        self.allow(action, None)
        plan = plan_named(self.shop, name)
        self.allow(action, plan)
        return plan

    def _held(self) -> list[Claim]:
        return self.claims().all()

    def _registered(self) -> Registered | None:
        """The agent by the settings of the branch that batches land on, as it is now."""
        settings = self.shop.settings(self.shop.repository.tree(landing_tip(self.shop)))
        return registered(settings).get(self.agent)

    def _agent(self, action: str) -> Registered:
        """Raises `Refused`: `agents.unknown`, `agents.not-allowed`."""
        settings = self.shop.settings(self.shop.repository.tree(landing_tip(self.shop)))
        return known(settings, self.agent, NEEDED[action])
