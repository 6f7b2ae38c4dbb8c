"""What `laneshift doctor` tries and tells besides its rows: the tests on HEAD, and what the repository is ready for."""

from __future__ import annotations

from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.cli.state_view import leading, next_command
from laneshift.config import Settings
from laneshift.gates.sandbox import SuiteResult
from laneshift.repo.objects import Repository, Tree
from laneshift.runs import working
from laneshift.runs.awaiting import unapproved
from laneshift.runs.doctor.examine import Suite
from laneshift.runs.doctor.trial import MOST_SECONDS, limits
from laneshift.runs.leading_on import before_a_plan
from laneshift.wiring import rewriter


def trial(talk: Session) -> Suite:
    """Runs the smoke tests, or the whole suite where there are none, in the sandbox that items run in."""

    def run(repository: Repository, settings: Settings, tree: Tree) -> SuiteResult:
        talk.tell(f"the tests run on HEAD, {MOST_SECONDS} s at most; --no-tests leaves them out")
        return rewriter(repository, settings).suite(tree.oid, settings.tests.smoke, limits(settings.tests))

    return run


def ready(talk: Session) -> str:
    """What a healthy repository is ready for: settings, a plan, its run, or a look at how it stands."""
    shop = opened(talk)
    states = [working.state_of(shop, plan) for plan in shop.plans.newest()]
    if not states:
        return before_a_plan(shop.repository)
    state = leading(states)
    begun = state.run_attempt or state.canary_attempt or state.ship_attempt or state.land_attempt
    return "laneshift status" if begun else next_command(state, unapproved(shop, state))
