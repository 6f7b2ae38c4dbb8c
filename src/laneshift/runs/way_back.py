"""The way back from a landing: which items go, and the commit that takes them away. Moves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.landing.revert import revert_text
from laneshift.landing.unwind import Unwound, unwind
from laneshift.repo.commits import Identity, is_ancestor, write_commit
from laneshift.runs.plan import Plan
from laneshift.runs.rollback_target import target_of
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop


def still_there(shop: Workshop, plan: Plan, landed: Mapping[str, Any]) -> str:
    """The tip of the branch that holds the landing `landed`.

    Raises `NeedsPerson` (`rollback.target-moved`) when it does not hold it any more.
    """
    there = target_of(shop, landed).tip()
    if there is None or not is_ancestor(shop.repository, landed["tip"], there):
        raise NeedsPerson(
            "rollback.target-moved",
            f"{landed['target']} does not hold the landing of {plan.batch} any more",
            where=there or "the branch is gone",
            why=f"commit {landed['tip'][:12]} is not in its history",
            cure=f"git log {landed['tip'][:12]}",
        )
    return there


def chosen(plan: Plan, state: BatchState, only: Sequence[str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The landing to take back from, and which of its items, in the order in which they landed.

    Raises `Refused`: `rollback.not-landed` for what is not landed, `rollback.two-landings` for what came apart.
    """
    if state.landed is None:
        raise Refused("rollback.not-landed", f"nothing of {plan.id} is landed", cure="laneshift status")
    landings = [_as_one(list(trains)) for _, trains in groupby(state.standing, lambda landed: landed["attempt"])]
    if not only:
        return landings[-1], tuple(landings[-1]["items"])
    missing = [item for item in only if not any(item in landed["items"] for landed in state.standing)]
    if missing:
        what = f"not landed: {', '.join(missing)}"
        raise Refused("rollback.not-landed", what, cure=f"laneshift inspect {plan.id}")
    for landed in landings:
        if set(only) <= set(landed["items"]):
            return landed, tuple(item for item in landed["items"] if item in set(only))
    raise Refused(
        "rollback.two-landings",
        f"{', '.join(only)} came with more than one landing",
        cure="take back what one landing brought, then the rest",
    )


def _as_one(trains: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The trains of one landing as if they were one; `reduced` where somebody else landed between them."""
    if len(trains) == 1:
        return trains[0]
    apart = any(later["base"] != earlier["tip"] for earlier, later in pairwise(trains))
    reduced = apart or any(train.get("reduced", False) for train in trains)
    items = [item for train in trains for item in train["items"]]
    return {**trains[-1], "base": trains[0]["base"], "items": items, "revert": "", "reduced": reduced}


def way_back(
    shop: Workshop, plan: Plan, landed: Mapping[str, Any], items: Sequence[str], there: str, when: int
) -> tuple[str, Unwound]:
    """The commit that takes the items back: the prepared one, or one derived again on a tip that moved on.

    `when` is its time, in unix seconds; the same one gives the same commit, in whichever clone.

    Raises `Refused` (`rollback.not-clean`) when what others did since does not let it be clean.
    """
    repository = shop.repository
    base = repository.tree(landed["base"])
    whole = len(items) == len(landed["items"]) and not landed.get("reduced", False)
    if whole and repository.tree(there).oid == landed["tree"]:
        found = Unwound(base, base, ())
        if there == landed["tip"] and landed["revert"]:
            return str(landed["revert"]), found
    else:
        state = shop.state(plan)
        standing = [state.item(item).intent for item in landed["items"]]
        known = None if landed.get("reduced", False) else repository.tree(landed["tree"])
        tip = repository.tree(there)
        shop.index.refresh(tip)
        found = unwind(base, standing, set(items), tip, plan.rules, shop.index.mentions, known)
    lane, staying = plan.item(items[0]).lane, len(landed["items"]) - len(items)
    text = revert_text(
        plan.batch,
        lane,
        items,
        landed["base"],
        landed["tip"],
        others=len(found.others),
        staying=staying,
        same=found.tree.oid == base.oid,
    )
    author = Identity(plan.author_name, plan.author_email)
    return write_commit(repository, found.tree.oid, [there], text, author, when), found
