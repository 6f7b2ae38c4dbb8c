"""What is submitted, from what was asked: the claim and the commit may be left out where there is one alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.agents.claims.claiming import agent_of, of_pack, working_branch
from laneshift.agents.claims.port import Claims
from laneshift.agents.packs.kept import find
from laneshift.agents.submitting.records import last_of
from laneshift.agents.submitting.submission import Submission
from laneshift.errors import Refused
from laneshift.runs.workshop import Workshop


def asked(
    shop: Workshop,
    claims: Claims,
    work: tuple[str, str, str],
    claim: tuple[str, int] = ("", 0),
    report: Mapping[str, Any] | None = None,
) -> Submission:
    """The submission of `work` (pack, agent, revision), under `claim` (id and token).

    Raises `Refused`: `packs.no-such-pack`, `agents.*`, `claim.lost` where none is given and none holds,
    `repo.no-such-revision`, and `submit.no-commit` where neither a revision nor a branch says what is meant.
    """
    name, agent, revision = work
    pack = find(shop, name)
    known, meant = last_of(shop.journal, pack.plan, pack.id), revision or working_branch(pack)
    if known is not None and known.agent == agent and known.commit == _commit(shop, meant):
        return Submission(agent, pack.plan, pack.id, *claim, known.commit, report)
    held, (id_, token), branch = None, claim, ""
    if agent_of(shop, pack.plan, agent, "suggesting").may("committing") and not (id_ and token and revision):
        held = of_pack(claims, name, agent)
        id_, token, branch = id_ or held.id, token or held.token, held.branch
    if not (revision or branch):
        raise Refused("submit.no-commit", "nothing says which commit is meant", cure="give --commit REV")
    return Submission(agent, pack.plan, pack.id, id_, token, shop.repository.commit_id(revision or branch), report)


def _commit(shop: Workshop, revision: str) -> str:
    """The commit that is meant; empty where there is none."""
    try:
        return shop.repository.commit_id(revision)
    except Refused:
        return ""
