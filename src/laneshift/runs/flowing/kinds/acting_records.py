"""Actions on records: keys and their age, the journal and its evidence, marks, the lane ratchet, and an end."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT
from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.keys.ages import Limits
from laneshift.evidence.keys.ring import KeyRing
from laneshift.repo.commits import is_ancestor, read_commit, trailers, write_commit
from laneshift.repo.message import Message
from laneshift.repo.objects import File
from laneshift.repo.ref_updates import RefUpdate
from laneshift.repo.refs import read, swap
from laneshift.runs import working
from laneshift.runs.flowing.kinds.acting import Acting, Action
from laneshift.runs.key_checking import check_keys
from laneshift.runs.key_ring import ring_of
from laneshift.runs.lane_baseline import baseline
from laneshift.runs.planning import identity
from laneshift.runs.verifying import evidence_of, verify

Json = Any
MARKS = "refs/laneshift/flows/marks/"
_NOTED = 50
_TRAILER = "Laneshift-Flow"
MarkName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class Nothing(BaseModel):
    """No settings."""

    model_config = STRICT


class Mark(BaseModel):
    """A name under which a flow remembers a commit from one run to the next; `commit` empty only reads it."""

    model_config = STRICT
    mark: MarkName
    commit: str = ""


class Verify(BaseModel):
    """Which plans; empty is the newest of each batch that landed. `replay` computes landed trees again."""

    model_config = STRICT
    plans: list[str] = []
    replay: bool = True


class Ratchet(BaseModel):
    """The branch on which a shorter list of known violations is committed."""

    model_config = STRICT
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._-]{0,199}$")] = "laneshift/lanes-ratchet"


class End(BaseModel):
    """Why the flow fails here."""

    model_config = STRICT
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$")] = "flow.failed"


def keys(acting: Acting, _: Nothing) -> Json:
    """How old the keys are; an issue for each that is to be rotated, opened, brought up to date or closed."""
    site = acting.site
    settings = site.settings().keys
    known = site.shop.ring if isinstance(site.shop.ring, KeyRing) else KeyRing(())
    # Somebody may have rotated since this process began.
    ring = known if known.vault is None else ring_of(site.shop.repository, known.vault)
    found = check_keys(site.shop, ring, Limits(settings.warn, settings.days), site.issues)
    told = [{**asdict(each), "fails": each.fails} for each in found]
    due = [each.purpose for each in found if each.standing in ("due", "overdue", "missing")]
    return {"checks": told, "due": due, "fails": any(each.fails for each in found)}


def verified(acting: Acting, asked: Verify) -> Json:
    """The journal, its evidence and every landing held against each other. Raises `CheckFailed` with what is found."""
    shop = acting.site.shop
    chosen = [shop.plans.load(name) for name in asked.plans] or [
        plan for plan in shop.plans.newest() if working.state_of(shop, plan).landings
    ]
    records = shop.journal.records()
    if not records:
        raise CheckFailed("verify.nothing", "the journal is empty, so nothing was verified")
    if chosen:
        seen = [verify(shop, plan, replay=asked.replay) for plan in chosen]
        findings = list(dict.fromkeys(finding for each in seen for finding in each.findings))
        trees, attested = sum(each.trees for each in seen), sum(each.attestations for each in seen)
    else:
        findings = [*map(str, shop.journal.check()), *map(str, shop.store.verify(evidence_of(records)))]
        trees = attested = 0
    if findings:
        shown = "; ".join(findings[:_NOTED])
        raise CheckFailed("verify.findings", f"{len(findings)} finding(s) in what is recorded", why=shown)
    return {"plans": [plan.id for plan in chosen], "records": len(records), "trees": trees, "attestations": attested}


def mark(acting: Acting, asked: Mark) -> Json:
    """The commit that was remembered, and with `commit` that one from now on. A repeat tells the same commit before."""
    repository, ref = acting.site.shop.repository, f"{MARKS}{asked.mark}"
    head = repository.commit_id("HEAD")
    before = acting.pinned(lambda: {"before": read(repository, ref) or "", "head": head})
    if asked.commit:
        new, there = repository.commit_id(asked.commit), read(repository, ref)
        # A later run may have gone further while this one was away.
        if there != new and (there is None or not is_ancestor(repository, new, there)):
            swap(repository, [RefUpdate(ref, there, new)], reason="laneshift: flow")
    known = before["before"]
    return {"known": bool(known), "commit": known or before["head"], "head": before["head"]}


def ratchet(acting: Acting, asked: Ratchet) -> Json:
    """Commit a shorter list of known violations on a branch, where there is one. Raises as `baseline` does."""
    shop = acting.site.shop
    pins = acting.pinned(lambda: {"base": shop.repository.commit_id("HEAD"), "when": shop.now()})
    tree = shop.repository.tree(pins["base"])
    found = baseline(shop.index, tree, tree)
    told = {"path": found.path, "count": found.count, "before": found.before, "head": "", "base": pins["base"]}
    if found.before is None or found.before <= found.count:
        return told
    text = Message(
        type="chore",
        scope="lanes",
        subject="shorten the list of known violations",
        problem=(f"{found.before - found.count} of {found.before} known violation(s) are gone from the code",),
        solution=(f"List the {found.count} that are left",),
        impact=("What is gone may not come back",),
        trailers=((_TRAILER, asked.branch),),
    ).render()
    new = tree.edit({found.path: File(found.data)})
    author = identity(shop.repository)
    commit = write_commit(shop.repository, new.oid, [pins["base"]], text, author, int(pins["when"]))
    ref = f"refs/heads/{asked.branch}"
    there = read(shop.repository, ref)
    if there is not None and (_TRAILER, asked.branch) not in trailers(read_commit(shop.repository, there).message):
        raise Refused("flow.branch-taken", f"{asked.branch} holds something else", cure="give another `branch`")
    if there != commit:
        swap(shop.repository, [RefUpdate(ref, there, commit)], reason="laneshift: flow")
    return {**told, "head": asked.branch, "commit": commit}


def end(_: Acting, asked: End) -> Json:
    """Fail."""
    raise CheckFailed(asked.code, asked.text)


ACTIONS = {
    "keys.check": Action(Nothing, keys, "the age of keys, and issues that ask for rotation"),
    "records.verify": Action(Verify, verified, "journal, evidence and landings held against each other"),
    "mark": Action(Mark, mark, "remember a commit from one run to the next"),
    "lanes.ratchet": Action(Ratchet, ratchet, "a branch with a shorter list of known violations"),
    "fail": Action(End, end, "end the flow as failed"),
}
