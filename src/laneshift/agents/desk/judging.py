"""What becomes of a commit that an agent brings, and what would become of one."""

from __future__ import annotations

from dataclasses import replace

from laneshift.agents.claims.port import Claim
from laneshift.agents.desk.asked import DryRun, Submit
from laneshift.agents.desk.bounds import cut, first
from laneshift.agents.desk.told import Foreseen, ObjectionTold, Verdict
from laneshift.agents.packs.pack import Pack
from laneshift.agents.registry import Registered
from laneshift.agents.submitting.submission import Judged, Objection, Submission
from laneshift.agents.submitting.submit import foresee
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.patching import patched
from laneshift.repo.scratch import scratch
from laneshift.runs.workshop import Workshop


def submission_of(wanted: Submit, agent: str, pack: Pack, own: Claim | None) -> Submission:
    """The commit as it is brought; where no claim is named, by the one that the agent holds of the pack."""
    claim, token = wanted.claim, wanted.token
    if not claim and own is not None:
        claim, token = own.id, own.token
    return Submission(agent, pack.plan, pack.id, claim, token, wanted.commit, wanted.report)


def verdict(judged: Judged, agent: Registered) -> Verdict:
    """What an agent is told of its commit."""
    given = judged.submission
    objections, left_out = first([_told(each) for each in judged.objections])
    return Verdict(
        plan=given.plan,
        pack=given.pack,
        commit=given.commit,
        accepted=judged.accepted,
        suggested=judged.suggested,
        objections=objections,
        unchecked=[cut(each) for each in judged.unchecked],
        branch=judged.branch,
        record=judged.record,
        left_out=left_out,
        next=_next(judged, agent),
    )


def foreseen(shop: Workshop, wanted: DryRun, agent: Registered, pack: Pack, own: Claim | None) -> Foreseen:
    """What speaks against a commit, or against a patch as the pack's one commit. Nothing of it is kept.

    A patch is tried in a scratch repository. Raises `Refused`: `patch.does-not-apply`, and as `foresee` does.
    """
    if wanted.commit:
        # Asked here, so that an error does not name the scratch.
        shop.repository.commit_id(wanted.commit)
    with scratch(shop.repository) as repository:
        apart = replace(shop, repository=repository)
        commit = wanted.commit or _committed(apart, wanted.patch, agent, pack, own)
        judged = foresee(apart, Submission(agent.name, pack.plan, pack.id, "", 0, commit), own)
        objections, left_out = first([_told(each) for each in judged.objections])
        fine = not judged.objections and len(judged.unchecked) == 1
        return Foreseen(
            end="complete",
            base=own.base if own is not None and own.base else pack.base,
            tree=repository.tree(commit).oid,
            lands=[],
            stops=[],
            conflicts=[],
            held=[],
            items=[],
            accepted=fine,
            objections=objections,
            not_known=[cut(each) for each in judged.unchecked],
            left_out=left_out,
            next="submit it" if fine else "mend what is said, and try again",
        )


def _committed(shop: Workshop, patch: str, agent: Registered, pack: Pack, own: Claim | None) -> str:
    base = own.base if own is not None and own.base else pack.base
    repository = shop.repository
    tree = patched(repository, repository.tree(base), patch.encode("utf-8", "surrogateescape"), "patch")
    who = Identity(agent.name, agent.email)
    return write_commit(repository, tree.oid, [base], pack.commit_text, who, shop.clock())


def _next(judged: Judged, agent: Registered) -> str:
    if judged.suggested or (judged.sound and not agent.may("committing")):
        return f"a person looks at {judged.branch}; nothing lands of what is only suggested"
    if not judged.accepted:
        return "mend what is said, commit on the same base, and submit that"
    return f"`laneshift plan --submission {judged.record}`"


def _told(each: Objection) -> ObjectionTold:
    return ObjectionTold(
        code=each.code, path=each.path, line=each.line, text=cut(each.text), what=cut(each.what), cure=cut(each.cure)
    )
