"""Step 9, commit: one commit on the item's branch, or a recorded no-op when the tree is the same."""

from __future__ import annotations

from laneshift.code.commit_text import Provenance, compose
from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import digest
from laneshift.repo.commits import Identity, read_commit, trailers, write_commit
from laneshift.repo.objects import Repository
from laneshift.repo.ref_names import item_ref
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.steps.work import Outcome, Parts, Work


def commit(work: Work, parts: Parts) -> Outcome:
    """The same item gives the same commit id, so that doing it twice is doing it once."""
    evidence = evidence_digest(work)
    if work.verify_only or work.tree == work.base_tree:
        return Outcome("passed", "nothing changed, so nothing is committed", work.tree, {"evidence": evidence})
    applied = parts.applied(work)
    unfixed = digest(work.intent.unfixed.as_json()) if work.intent.fix is not None else ""
    text = compose(work.intent, applied, work.lane, Provenance(work.intent_digest, evidence, work.task, unfixed))
    author = Identity(work.author.name, work.author.email)
    oid = write_commit(parts.repository, work.tree.oid, [work.base], text, author, work.author.when)
    branch = put_branch(parts.repository, item_ref(work.batch, work.intent.item), oid, work.intent.item)
    facts = {"commit": oid, "branch": branch, "evidence": evidence}
    return Outcome("passed", f"commit {oid[:12]} on {branch.removeprefix('refs/heads/')}", work.tree, facts)


def evidence_digest(work: Work) -> str:
    """Covers the facts of every step before this one; observations that differ between machines are not in it."""
    return digest({step: dict(facts) for step, facts in work.facts.items()})


def put_branch(repository: Repository, ref: str, oid: str, item: str) -> str:
    """Point the item's branch at `oid`, replacing an earlier commit of the same item and nothing else.

    Raises `CheckFailed` when the branch holds a commit that is not this item's.
    """
    there = read(repository, ref)
    if there == oid:
        return ref
    if there is not None and ("Laneshift-Item", item) not in trailers(read_commit(repository, there).message):
        raise CheckFailed(
            "commit.branch-taken",
            f"branch {ref} holds a commit that is not this item's",
            where=there,
            cure="rename or delete that branch, then run `laneshift resume`",
        )
    swap(repository, [RefUpdate(ref, there, oid)], reason="laneshift: item")
    return ref
