"""What follows a landing: it is recorded with all that a replay needs, item branches go, the work tree follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from laneshift.errors import Bug, CheckFailed, LaneshiftError, NeedsPerson
from laneshift.evidence.canonical import canonical
from laneshift.landing.closing import regeneration
from laneshift.repo.commits import is_ancestor
from laneshift.repo.ref_names import item_ref
from laneshift.repo.refs import RefMoved, RefUpdate, read, swap
from laneshift.repo.worktree import fast_forward
from laneshift.runs.attesting import attest
from laneshift.runs.events import Event
from laneshift.runs.following import follow
from laneshift.runs.plan import Plan
from laneshift.runs.seal_sharing import share
from laneshift.runs.sealing import seal
from laneshift.runs.sweeping import sweep
from laneshift.runs.workshop import Workshop

_NO_CHANGES = "move your changes aside"
_NO_LOCKS = "let the other git end, or remove the lock that it left"


class SettleSteps:
    """The end of one plan's landing."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan

    def record(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Record the observed landing, delete the branches of what landed, and bring the work trees along.

        `tested` is the commit that was tested, where a forge made another one with its tree of it.
        A work tree that cannot follow does not undo the landing: `behind` tells why, and `resume` tries again.
        """
        plan, train, remote = self._plan, argument["train"], argument.get("remote", "")
        if not self._observed(argument):
            raise Bug("land.not-observed", f"{plan.target} does not hold {train['tip']}, so no landing is recorded")
        items = [coupled["item"] for coupled in train["items"]]
        facts = {
            "plan": plan.id,
            "batch": plan.batch,
            "key": argument["key"],
            "target": plan.target,
            "remote": remote,
            **{name: train[name] for name in ("base", "base_tree", "tip", "tree")},
            "revert": argument["revert"],
            "items": items,
            "details": self._details(train, items),
            **({"tested": argument["tested"]} if "tested" in argument else {}),
        }
        record = self._shop.journal.append(f"{argument['key']}/recorded", "land.recorded", facts, durable=True)
        landed = record.facts
        attest(self._shop, plan, record)
        seal(self._shop)
        where = f"{plan.target} of {remote}" if remote else plan.target
        self._shop.report(Event("landed", f"{len(items)} item(s) on {where}, tree {train['tree'][:12]}"))
        outcome = {"result": "landed", "tip": landed["tip"], "tree": landed["tree"], "items": items, "remote": remote}
        if remote:
            sweep(self._shop, remote, train["tip"])
            share(self._shop, remote)
        try:
            self.follow(landed)
        except (NeedsPerson, CheckFailed) as error:
            return {**outcome, "behind": _behind(error, plan.target).as_dict()}
        return outcome

    def follow(self, landed: Mapping[str, Any]) -> None:
        """Delete item branches and bring work trees along, unless the target has moved on; record that it is done.

        After a landing on a remote the local branch comes along first, unless somebody's work is in it.
        Raises `NeedsPerson` for local changes in the way, `CheckFailed` when refs or files cannot be written.
        """
        repository, stays = self._shop.repository, ""
        locked = self._drop_branches(landed["items"])
        if landed.get("remote"):
            stays = follow(self._shop, self._plan.id, landed["key"], landed["target"], landed["tip"])
        elif read(repository, landed["target"]) == landed["tip"]:
            fast_forward(repository, landed["target"], landed["base"], landed["tip"])
        if stays:
            self._shop.report(Event("land", stays))
        if locked is not None:
            raise locked
        facts = {"plan": self._plan.id, "stays": stays}
        self._shop.journal.append(f"{landed['key']}/followed", "land.followed", facts)

    def _observed(self, argument: Mapping[str, Any]) -> bool:
        """Whether the landing was seen: in the local branch now, or by whoever looked at the remote after the push.

        The remote is not asked again: a landing that was seen there must be recorded even when the network is gone.
        """
        tip = argument["train"]["tip"]
        if argument.get("remote"):
            seen = self._shop.journal.records(kind="land.observed", prefix=f"{argument['key']}/observed/{tip}/")
            return any(record.facts["there"] == tip for record in seen)
        there = read(self._shop.repository, self._plan.target)
        return there is not None and is_ancestor(self._shop.repository, tip, there)

    def _details(self, train: Mapping[str, Any], items: list[str]) -> str:
        """The digest of what a replay needs: too much for a journal record when a batch is large."""
        rules, closing, state = self._plan.rules, train.get("closing"), self._shop.state(self._plan)
        intent = regeneration(closing["paths"]).as_json() if closing else None
        return self._shop.store.put(
            canonical(
                {
                    "trees": [{name: item[name] for name in ("item", "tree", "commit")} for item in train["items"]],
                    "intents": [state.item(item).intent.as_json() for item in items],
                    "rules": {"roots": list(rules.roots), "characterization_dir": rules.characterization_dir},
                    **({"closing": {**closing, "intent": intent}} if closing else {}),
                }
            ),
            durable=True,
        )

    def _drop_branches(self, items: Iterable[str]) -> CheckFailed | None:
        """Only what laneshift itself put there goes; a branch that someone moved is someone's.

        The error of refs that cannot be written now (another git has them locked), so that the rest is not kept back.
        """
        plan, repository = self._plan, self._shop.repository
        state = self._shop.state(plan)
        found = {item: item_ref(plan.batch, item) for item in items}
        there = {item: read(repository, ref) for item, ref in found.items()}
        mine = {item for item, oid in there.items() if oid is not None and oid == state.items[item].commit}
        return self.drop({item: RefUpdate(ref, there[item], None) for item, ref in found.items() if item in mine})

    def drop(self, branches: Mapping[str, RefUpdate]) -> CheckFailed | None:
        """Delete the branches of items, all at once; one that was moved meanwhile stays. Gives an error as above."""
        repository = self._shop.repository
        try:
            swap(repository, list(branches.values()))
        except RefMoved as moved:
            if len(branches) == 1:
                [(item, gone)] = branches.items()
                self._shop.report(Event("land", f"{gone.ref} stays: {moved.what}", item))
                return None
            # It keeps the others too, so each is tried by itself.
            errors = (self.drop({item: gone}) for item, gone in branches.items())
            return next((error for error in errors if error is not None), None)
        except CheckFailed as error:
            return error
        return None


def _behind(error: LaneshiftError, target: str) -> NeedsPerson:
    return NeedsPerson(
        "land.work-tree-behind",
        f"{target.removeprefix('refs/heads/')} has landed; what comes after it could not be done: {error.what}",
        where=error.where,
        why=error.why,
        cure=f"{_NO_CHANGES if isinstance(error, NeedsPerson) else _NO_LOCKS}, then `laneshift resume`",
        faults=error.faults,
    )
