"""Submits an agent's commit: it is looked at as an adversary's, and kept where nothing speaks against it.

Rights come from the settings of the pack's base, so nothing in the commit can widen them. The claim has to hold when
the work is taken, and not only when somebody began to look. Acceptance ends the claim: first it is put on record, then
the claim is let go, by whoever looks next where this process dies in between (`claims.recorded`).
"""

from __future__ import annotations

from dataclasses import asdict, replace

from laneshift.agents.claims.claiming import agent_of
from laneshift.agents.claims.content import ended_by
from laneshift.agents.claims.port import Claim, Claims
from laneshift.agents.packs.expected import expected
from laneshift.agents.packs.kept import read
from laneshift.agents.packs.pack import Pack
from laneshift.agents.registry import Registered, known
from laneshift.agents.submitting.gating import gated
from laneshift.agents.submitting.ground import Ground, Who
from laneshift.agents.submitting.judging import Looked, look
from laneshift.agents.submitting.keeping import keep_suggestion, keep_work
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.reading import read_ground
from laneshift.agents.submitting.records import id_of, last_of, note
from laneshift.agents.submitting.submission import Judged, Objection, Submission
from laneshift.code.codemods.records import Codemod
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.repo.objects import Tree
from laneshift.runs.events import Event
from laneshift.runs.workshop import Workshop

_CLAIM_CURE = "claim the pack again, and submit with that claim and its token"


def submit(shop: Workshop, claims: Claims, submission: Submission) -> Judged:
    """Judge the submission, keep it where it is accepted, and put the verdict on record.

    The commit that was accepted of the pack before is told as accepted again, whoever holds the claim by now.
    Raises `Refused` for a pack, an agent or a commit that is not there, and for an agent that may not even suggest.
    """
    pack = read(shop, submission.plan, submission.pack)
    submission = replace(submission, commit=shop.repository.commit_id(submission.commit))
    rules = shop.repository.tree(pack.base)
    agent = _agent(shop, submission, rules)
    record = id_of(submission.plan, submission.pack, submission.agent, submission.commit)
    known = last_of(shop.journal, pack.plan, pack.id)
    if known is not None and known.id == record:
        return Judged(submission, (), branch=known.branch, record=record)
    claim = _claim(claims, submission, pack, agent)
    if isinstance(claim, Objection):
        return _told(shop, Judged(submission, (claim,)), agent, None)
    shop.report(Event("submit", f"looking at {submission.commit[:12]} of {agent.name}"))
    ground, found = _looked(shop, submission, pack, agent, claim)
    if ground is not None and not found.objections and not found.unchecked:
        shop.report(Event("submit", "running the steps and gates of an item on it"))
        found = gated(shop, ground, rules, record)
    judged = Judged(submission, found.objections, found.unchecked)
    if ground is None or not judged.sound:
        return _told(shop, judged, agent, None)
    return _taken(shop, claims, judged, (pack, agent, ground, record))


def foresee(shop: Workshop, submission: Submission, claim: Claim | None = None) -> Judged:
    """What speaks against the commit, without running anything, holding a claim or keeping anything.

    `claim` is one that the agent holds of the pack, if any: the work begins where that says.
    Raises as `submit` does. The steps and gates of an item are not tried, so they are told as unchecked.
    """
    pack = read(shop, submission.plan, submission.pack)
    submission = replace(submission, commit=shop.repository.commit_id(submission.commit))
    agent = _agent(shop, submission, shop.repository.tree(pack.base))
    _, found = _looked(shop, submission, pack, agent, claim)
    return Judged(submission, found.objections, (*found.unchecked, "gates: they run when the commit is submitted"))


def _agent(shop: Workshop, submission: Submission, rules: Tree) -> Registered:
    """The agent with the rights that it has both by the pack's base and by what the target branch says now."""
    then = known(shop.settings(rules), submission.agent, "suggesting")
    now = agent_of(shop, submission.plan, submission.agent, "suggesting")
    return replace(then, roles=tuple(role for role in then.roles if role in now.roles))


def _looked(
    shop: Workshop, submission: Submission, pack: Pack, agent: Registered, claim: Claim | None
) -> tuple[Ground | None, Looked]:
    who = Who(agent.name, agent.kind, agent.email, agent.limits.max_files)
    start = claim.base if claim is not None else ""
    ground = read_ground(shop.repository, pack, who, submission.commit, submission.report, start)
    if not isinstance(ground, Ground):
        return None, Looked(ground)
    ground = replace(ground, engine=expected(shop, pack, ground.base))
    return ground, look(ground)


def _taken(shop: Workshop, claims: Claims, judged: Judged, about: tuple[Pack, Registered, Ground, str]) -> Judged:
    """Keep what was accepted, if the claim still holds."""
    pack, agent, ground, record = about
    lost = _claim(claims, judged.submission, pack, agent)
    if isinstance(lost, Objection):
        return _told(shop, replace(judged, objections=(lost,)), agent, None)
    if not agent.may("committing"):
        ref = keep_suggestion(shop, judged.submission, record)
        return _told(shop, replace(judged, branch=ref, record=record, suggested=True), agent, None)
    given = judged.submission
    branch, codemod = keep_work(shop, given, ground)
    told = _told(shop, replace(judged, branch=branch, record=record), agent, codemod)
    claims.release(given.claim, given.token, ended_by(record))
    return told


def _claim(claims: Claims, submission: Submission, pack: Pack, agent: Registered) -> Claim | Objection | None:
    """The claim as it holds now; None for an agent that only suggests, which holds none."""
    if not agent.may("committing"):
        return None
    try:
        claim = claims.held(submission.claim, submission.token)
    except Refused as error:
        return objection("claim", "", f"the claim does not hold: {error.what}", _CLAIM_CURE)
    if (claim.agent, claim.plan, claim.pack) != (agent.name, pack.plan, pack.id):
        return objection("claim", "", f"the claim is of {claim.agent} on {claim.pack}, not of this pack", _CLAIM_CURE)
    if missing := sorted({*pack.items} - {*claim.items}) or sorted(pack.writes - {*claim.files}):
        return objection("claim", "", f"the claim does not hold {missing[0]} of the pack", _CLAIM_CURE)
    return claim


def _told(shop: Workshop, judged: Judged, agent: Registered, codemod: Codemod | None) -> Judged:
    told = {
        "submission": {**asdict(judged.submission), "report": None},
        "objections": [asdict(each) for each in judged.objections],
        "unchecked": list(judged.unchecked),
        "record": judged.record,
        "at": shop.clock(),
    }
    note(shop.journal, judged, agent.email, codemod, shop.store.put(canonical(told)))
    return judged
