"""Keeps what was accepted: the commit on a branch, and what it did as a codemod that can be planned like anything else.

What an agent may only suggest is kept beside the branches, shown, and never becomes a codemod.
"""

from __future__ import annotations

from laneshift.agents.submitting.ground import Ground
from laneshift.agents.submitting.records import accepted
from laneshift.agents.submitting.submission import Submission
from laneshift.code.codemods.recorded import record_of
from laneshift.code.codemods.records import Codemod
from laneshift.code.codemods.submitted import submission_of
from laneshift.errors import CheckFailed
from laneshift.repo.ref_names import check, component
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.codemod_records import keep, publish
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop

SUGGESTIONS = "refs/laneshift/suggestions"
BRANCHES = "refs/heads/laneshift/agents"


def branch_of(submission: Submission) -> str:
    """Where the accepted work of a pack is."""
    return check(f"{BRANCHES}/{component(submission.plan)}/{component(submission.pack)}")


def suggestion_of(submission: Submission, record: str) -> str:
    """Where a suggestion is kept: each has a ref of its own."""
    return check(f"{SUGGESTIONS}/{component(submission.plan)}/{component(submission.pack)}/{component(record)}")


def keep_work(shop: Workshop, submission: Submission, ground: Ground) -> tuple[str, Codemod]:
    """Point the pack's branch at the commit, and keep what it did; the branch and the codemod.

    Raises `CheckFailed` (`submit.branch-taken`) where the branch holds what nobody accepted here.
    """
    repository = shop.repository
    codemod = codemod_of(ground)
    keep(repository, record_of(codemod), ground.tip)
    ref, there = branch_of(submission), read(repository, branch_of(submission))
    known = {each.commit for each in accepted(shop.journal, f"{submission.plan}/submissions/{submission.pack}/")}
    if there not in {None, submission.commit, *known}:
        cure = "rename or delete that branch, then submit again"
        raise CheckFailed("submit.branch-taken", f"{ref} holds what was never accepted", where=str(there), cure=cure)
    if there != submission.commit:
        swap(repository, [RefUpdate(ref, there, submission.commit)], reason="laneshift: submission")
    remote = ground.settings.landing.remote
    if remote and (why := publish(repository, [record_of(codemod)], remote)):
        shop.report(Event("submit", f"{remote} does not have the record of this submission: {why}"))
    return ref, codemod


def keep_suggestion(shop: Workshop, submission: Submission, record: str) -> str:
    """Keep a commit that nothing will ever land; the ref."""
    ref = suggestion_of(submission, record)
    there = read(shop.repository, ref)
    if there != submission.commit:
        swap(shop.repository, [RefUpdate(ref, there, submission.commit)], reason="laneshift: suggestion")
    return ref


def codemod_of(ground: Ground) -> Codemod:
    """What the submission does, as a codemod."""
    return submission_of(ground.base.repository, ground.whole, f"{ground.who.name} <{ground.who.email}>")
