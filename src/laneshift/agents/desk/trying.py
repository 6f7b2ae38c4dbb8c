"""What would happen, with nothing of it done: a landing is dreamt in a scratch repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.agents.desk.asked import DryRun
from laneshift.agents.desk.bounds import cut, first
from laneshift.agents.desk.plans import plan_named
from laneshift.agents.desk.told import Foreseen, ForeseenItem
from laneshift.agents.desk.working import Working
from laneshift.errors import Refused
from laneshift.repo.doors import Shut
from laneshift.runs.dreaming.asking import asked_of
from laneshift.runs.dreaming.dreaming import dream
from laneshift.runs.dreaming.model import Dream, End
from laneshift.runs.dreaming.scene import Wish, check, wish_of, wish_of_plan
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.workshop import Workshop

_WAYS = {
    frozenset({"plan"}): "plan",
    frozenset({"items"}): "items",
    frozenset({"question"}): "question",
    frozenset({"plan", "pack", "commit"}): "commit",
    frozenset({"plan", "pack", "patch"}): "patch",
}
_GIVEN = ("plan", "pack", "items", "question", "commit", "patch")


def way_of(asked: DryRun) -> str:
    """Which way of trying is asked for: `plan`, `items`, `question`, `commit` or `patch`.

    Raises `Refused` (`desk.one-way`) for what is none of them.
    """
    given = [name for name in _GIVEN if getattr(asked, name)]
    found = _WAYS.get(frozenset(given))
    if found is None:
        raise Refused(
            "desk.one-way",
            "a dry run is about one thing",
            why=f"given were: {', '.join(given) or 'nothing'}",
            cure="give `plan`, or `items`, or `question`; or `plan` and `pack` with `commit` or `patch`",
        )
    return found


def dreamt(shop: Workshop, asked: DryRun, way: str, working: Working) -> Foreseen:
    """What landing these items would come to.

    Raises `Refused` with every fault of what is asked for, and `Shut` when nobody waits any more.
    """
    wish = _wish(shop, asked, way)
    check(shop, wish)
    working.step("the items are read")
    found = dream(
        shop,
        wish,
        paths=asked.paths,
        depth=asked.depth,
        cancelled=working.stopped,
        heard=lambda done: working.step(f"{done} expansion(s)"),
    )
    if found.end is End.CANCELLED:
        raise Shut
    return _told(wish, found, f"laneshift run {asked.plan}" if way == "plan" else "laneshift plan FILE.tsv")


def _wish(shop: Workshop, asked: DryRun, way: str) -> Wish:
    if way == "plan":
        return wish_of_plan(shop.repository, plan_named(shop, asked.plan))
    scenario = asked.question if way == "question" else list(asked.items)
    return wish_of(shop.repository, asked_of({"scenario": scenario}, "dry_run"), landing_tip(shop))


def _told(wish: Wish, found: Dream, then: str) -> Foreseen:
    best = found.best
    outcome: Mapping[str, Any] = best.outcome if best is not None else {}
    changed = {each["item"]: each["files"] for each in best.edits} if best is not None else {}
    items, left_out = first(found.items)
    lands, more = first(outcome.get("lands", ()))
    return Foreseen(
        end=found.end.value,
        base=wish.base,
        tree=outcome.get("tree", ""),
        lands=lands,
        stops=_sentences(outcome, "stops"),
        conflicts=_sentences(outcome, "conflicts"),
        held=_sentences(outcome, "held"),
        items=[_item(each, changed.get(each["item"], ())) for each in items],
        accepted=None,
        objections=[],
        not_known=list(found.as_json()["not_known"]),
        left_out=left_out + more,
        next=then,
    )


def _sentences(outcome: Mapping[str, Any], name: str) -> list[str]:
    return [cut(f"{item}: {why}") for item, why in first(outcome.get(name, ()))[0]]


def _item(solo: Mapping[str, Any], files: Any) -> ForeseenItem:
    return ForeseenItem(
        item=solo["item"],
        foreseen=solo["foreseen"],
        why=cut(solo["why"]),
        files=first([each["path"] for each in files])[0],
        tests=first(solo["tests"])[0],
        edits=solo["edits"],
        risk=solo["risk"]["word"],
    )
