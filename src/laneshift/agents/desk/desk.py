"""The desk of one who asks: every use case of an agent, with its rights looked at before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laneshift.agents.claims.port import Claims
from laneshift.agents.desk import asked, told
from laneshift.agents.desk.bounds import cut, first
from laneshift.agents.desk.explaining import explained
from laneshift.agents.desk.handing import briefed, claimed, mine, pack_named, released
from laneshift.agents.desk.judging import foreseen, submission_of, verdict
from laneshift.agents.desk.listing import (
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
from laneshift.agents.standing import Standing, accepted_branches, ready, standing
from laneshift.agents.submitting.records import KIND
from laneshift.agents.submitting.submit import submit
from laneshift.config import Settings
from laneshift.errors import LaneshiftError
from laneshift.forge.port import Changes
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

Allow = Callable[[str, Plan | None], None]
"""Raises `Refused` where whoever asks may not do an action, such as `item.claim`, with the batch of a plan.

The actions are those of the policies of the server."""

NEEDED: Mapping[str, str] = {
    "item.claim": "claiming",
    "item.release": "claiming",
    "item.submit": "claiming",
    "item.commit": "committing",
    "item.suggest": "suggesting",
}
"""What an agent has to be let do, by the settings, for what policies call an action. Reading is for everybody."""


@dataclass(frozen=True)
class Offices:
    """What a desk works with besides the workshop, each opened when it is first needed."""

    claims: Callable[[], Claims]
    changes: Callable[[], Changes]


@dataclass(frozen=True)
class Desk:
    """`agent` is the name of the agent that asks, as the settings have it; empty for a person, who may only look.

    Every method raises what `allow` raises, and `Refused` for what is not there.
    """

    shop: Workshop
    offices: Offices
    agent: str
    allow: Allow

    def list_work(self, wanted: asked.ListWork, working: Working) -> told.Work:
        """Plans with their packs and a page of their items."""
        plans = self._plans(wanted.plan)
        packs: list[told.PackTold] = []
        items: list[told.ItemTold] = []
        for plan in plans:
            working.step(plan.id)
            packs += [pack_told(plan, pack) for pack in self._standing(plan).packs]
            items += items_told(plan, self.shop.state(plan), all_of(self.shop, plan.id))
        page, end = items[wanted.after : wanted.after + wanted.limit], wanted.after + wanted.limit
        shown, left_out = first(packs)
        free = self._free(packs)
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
        found = [self._standing(plan) for plan in plans]
        working.step("claims and submissions")
        claims, no_claims = first([claim_told(claim, self.agent) for each in found for claim in each.claims])
        submissions, no_submissions = first(submissions_told(self.shop.journal.records(kind=KIND), plans))
        items = [item for plan in plans for item in items_told(plan, self.shop.state(plan), all_of(self.shop, plan.id))]
        attention, no_attention = first(needs_attention(items))
        branches, unseen = self._ready(found)
        who = registered(self._settings()).get(self.agent)
        item = attention[0] if attention else None
        return told.Standings(
            agent=self.agent,
            may=list(who.roles) if who else [],
            plans=[plan_told(plan, self.shop.state(plan)) for plan in plans],
            claims=claims,
            submissions=submissions,
            ready=branches,
            unseen=unseen,
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
        return briefed(pack_named(self.shop, plan, wanted.pack), self.offices.claims().all())

    def claim(self, wanted: asked.Claim, _: Working) -> told.Claimed:
        """Hold a pack, or hold it for longer."""
        plan = self._plan(wanted.plan, "item.claim")
        agent, pack = self._agent("item.claim"), pack_named(self.shop, plan, wanted.pack)
        return claimed(self.shop, self.offices.claims(), self.offices.changes(), agent, pack, wanted)

    def release(self, wanted: asked.Release, _: Working) -> told.Released:
        """Let go of what one holds."""
        self.allow("item.release", None)
        return released(self.offices.claims(), self._agent("item.release"), wanted)

    def submit(self, wanted: asked.Submit, working: Working) -> told.Verdict:
        """Have a commit judged; what is accepted is kept, and what an agent may only suggest never lands."""
        agent = self._agent("item.suggest")
        plan = self._plan(wanted.plan, "item.submit" if agent.may("committing") else "item.suggest")
        if agent.may("committing"):
            self.allow("item.commit", plan)
        pack, claims = pack_named(self.shop, plan, wanted.pack), self.offices.claims()
        submission = submission_of(wanted, agent.name, pack, mine(claims.all(), agent.name, pack))
        return verdict(submit(working.telling(self.shop), claims, submission), agent)

    def dry_run(self, wanted: asked.DryRun, working: Working) -> told.Foreseen:
        """What would happen."""
        way = way_of(wanted)
        plan = self._plan(wanted.plan, "dream.create") if wanted.plan else None
        if plan is None:
            self.allow("dream.create", None)
        if plan is None or way not in ("commit", "patch"):
            return dreamt(self.shop, wanted, way, working)
        agent, pack = self._agent("item.suggest"), pack_named(self.shop, plan, wanted.pack)
        working.step(f"the {way} is looked at")
        return foreseen(self.shop, wanted, agent, pack, mine(self.offices.claims().all(), agent.name, pack))

    def _free(self, packs: list[told.PackTold]) -> told.PackTold | None:
        """What to look at first: a pack that is free, one that was made for who asks before others."""
        free = [pack for pack in packs if pack.state == "free"]
        return min(free, key=lambda pack: pack.agent != self.agent, default=None)

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

    def _standing(self, plan: Plan) -> Standing:
        """Without what the forge says: it may be far away, and work goes on without it."""
        return standing(self.shop, self.offices.claims().all(), None, plan.id)

    def _ready(self, found: list[Standing]) -> tuple[list[str], str]:
        """Branches that wait to be merged, or why the forge does not say."""
        branches = [branch for each in found for branch in accepted_branches(each.submissions)]
        try:
            return list(ready(self.shop.repository, self.offices.changes(), branches)) if branches else [], ""
        except LaneshiftError as error:
            return [], cut(f"{error.what} [{error.code}]")

    def _settings(self) -> Settings:
        """Those of the branch that batches land on, as it is now."""
        return self.shop.settings(self.shop.repository.tree(landing_tip(self.shop)))

    def _agent(self, action: str) -> Registered:
        """Raises `Refused`: `agents.unknown`, `agents.not-allowed`."""
        return known(self._settings(), self.agent, NEEDED[action])
