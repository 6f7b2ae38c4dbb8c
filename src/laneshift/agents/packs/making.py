"""Packs of a plan: its remaining work, done once by the engine to see what it writes, and cut among agents.

Nothing is guessed: each pack's write set is what the engine changes when it does the pack's items where the pack
begins, and all packs together are held against the tree that the engine makes of all items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from laneshift.agents.packs.division import Division, meetings
from laneshift.agents.packs.folding import Folded, fold, in_chain
from laneshift.agents.packs.kept import keep
from laneshift.agents.packs.opening import opening
from laneshift.agents.packs.pack import Pack
from laneshift.agents.packs.parting import ENOUGH, Part, Parted, Seat, fits, part
from laneshift.agents.packs.wording import context, said
from laneshift.agents.packs.work import Apply, Work, applier, is_at, works
from laneshift.agents.registry import Registered
from laneshift.errors import Bug, Refused
from laneshift.evidence.canonical import digest
from laneshift.repo.objects import Tree
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.workshop import Workshop

REMAINING = ("waiting", "quarantined", "held")
"""States of items that somebody still has to work on."""
_FAILED = ("quarantined", "held")
_DONE = ("landed", "verified", "already-done", "refused")


def made(shop: Workshop, plan: Plan, agents: Sequence[Registered], *, pick: Collection[str] = ()) -> tuple[Pack, ...]:
    """Cut what remains of `plan` among `agents` and keep the packs; `pick` are the items to take, by default all.

    Raises as `divided` and `kept.keep` do.
    """
    division = divided(shop, plan, agents, pick=pick)
    keep(shop, division)
    return division.packs


def divided(shop: Workshop, plan: Plan, agents: Sequence[Registered], *, pick: Collection[str] = ()) -> Division:
    """The packs, kept nowhere. The same plan, state of its items and agents give the same packs, byte for byte.

    Raises `Refused`: `packs.no-agents`, `packs.nothing-left`, `plan.no-such-item`.
    """
    if not agents:
        raise Refused("packs.no-agents", "there is nobody to make packs for", cure="add [agents.NAME] with a kind")
    base = _base(shop, plan)
    tree = shop.repository.tree(base)
    items = remaining(shop, plan, pick)
    shop.index.refresh(tree)
    done = applier(shop, plan.rules)
    seats = [Seat(agent.name, agent.limits.max_files) for agent in agents]
    failed = {item for item, each in shop.state(plan).items.items() if each.state in _FAILED}
    found, left_out = _with_room(*works(tree, items, done, failed), seats)
    if not found:
        why = "; ".join(f"{item}: {cause}" for item, cause in sorted(left_out.items()))[:400]
        raise Refused("packs.nothing-left", f"nothing of {plan.id} is left to be done", why=why, cure="laneshift land")
    wanted = [item for item in items if item.id not in left_out]
    parted, folded = _cut(tree, wanted, found, seats, done, failed)
    scene = _Scene(shop, plan, base, tree, {agent.name: agent for agent in agents})
    packs = scene.packs(parted, folded, {work.item: work for work in found})
    if meeting := next(meetings(packs), None):
        raise Bug("packs.meet", f"{meeting[0]} and {meeting[1]} both write {meeting[2]!r}")
    notes = tuple(_notes(parted, found, seats))
    return Division(plan.id, base, folded.tree.oid, packs, parted.loads, left_out, notes)


def _base(shop: Workshop, plan: Plan) -> str:
    """Where the work starts: the base of the plan, or the last landing of the plan that stands."""
    landed = shop.state(plan).landed
    return str(landed["tip"]) if landed is not None else plan.base


def remaining(shop: Workshop, plan: Plan, pick: Collection[str]) -> list[PlannedItem]:
    """What somebody still has to work on, in plan order; with `pick`, those of it, also ones that are ready to land."""
    state = shop.state(plan)
    wanted = {plan.item(item).id for item in pick}
    return [
        item
        for item in plan.items
        if item.status == "ready"
        and (state.items[item.id].state not in _DONE if wanted else state.items[item.id].state in REMAINING)
        and (not wanted or item.id in wanted)
    ]


def _with_room(
    found: Iterable[Work], left_out: Mapping[str, str], seats: Sequence[Seat]
) -> tuple[list[Work], dict[str, str]]:
    """Without items that change more files than any agent may."""
    kept, out = [], dict(left_out)
    for work in found:
        if any(fits(work, seat) for seat in seats):
            kept.append(work)
        else:
            out[work.item] = f"it changes {len(work.writes)} files, more than any of these agents may in one commit"
    return kept, out


def _cut(
    tree: Tree,
    items: Sequence[PlannedItem],
    found: Sequence[Work],
    seats: Sequence[Seat],
    done: Apply,
    failed: Collection[str],
) -> tuple[Parted, Folded]:
    """The best parts, and what the engine makes of each; in one chain where anything else would not add up."""
    parted = part(found, seats)
    if parted.late or parted.spread > ENOUGH:
        parted = opening(tree, items, found, seats, parted, done, failed) or parted
    by_id = {item.id: item for item in items}
    folded = fold(tree, parted.parts, by_id, done)
    if folded.sound:
        return replace(parted, parts=folded.parts), folded
    chain = in_chain(parted.parts)
    return replace(parted, parts=chain), fold(tree, chain, by_id, done)


def _notes(parted: Parted, found: Sequence[Work], seats: Sequence[Seat]) -> Iterable[str]:
    """What a person should know about the shares, with the numbers."""
    total, heaviest = sum(parted.loads.values()), max(found, key=lambda work: (work.weight, work.item))
    if parted.late:
        yield f"{parted.late} of {total} unit(s) of work share files with other packs and come after them"
    if parted.spread <= ENOUGH:
        return
    yield f"the least is {parted.spread} % less than the most, and {ENOUGH} % is what packs are meant to keep to"
    if len(found) < len(seats):
        yield f"there are {len(found)} item(s) for {len(seats)} agents"
    elif heaviest.weight * len(seats) > total:
        yield f"{heaviest.item} alone is {heaviest.weight} of {total}, more than the share {total // len(seats)}"
    elif any(seat.most_files and len(work.writes) > seat.most_files for work in found for seat in seats):
        yield "items change more files than some of these agents may in one commit"


@dataclass(frozen=True)
class _Scene:
    """What packs are worded by."""

    shop: Workshop
    plan: Plan
    base: str
    tree: Tree
    agents: Mapping[str, Registered]

    def packs(self, parted: Parted, folded: Folded, found: Mapping[str, Work]) -> tuple[Pack, ...]:
        """Every part as a pack, named by its agent, its number and what is in it."""
        named: list[Pack] = []
        given = {path for writes in folded.writes for path in writes}
        settings, states = self.shop.settings(self.tree), self.shop.state(self.plan).items
        for at, one in enumerate(parted.parts):
            items = [self.plan.item(item) for item in one.items]
            number = sum(each.agent == one.agent for each in parted.parts[: at + 1])
            writes, after = folded.writes[at], tuple(named[other].id for other in one.after)
            causes = {item.id: states[item.id].cause for item in items if states[item.id].state in _FAILED}
            look = {path for item in one.items for path in found[item].look}
            mend = {path for item in causes for path in found[item].look} - given
            given |= mend
            name = self._name(one, number, writes, after)
            owned = {path for path in writes if any(_about(path, item, found[item.id]) for item in items)}
            tests = sorted(path for path in owned if is_at(path, self.plan.rules.characterization_dir.strip("/")))
            agent = self.agents[one.agent]
            there = [path for path in tests if path in folded.results[at]]
            words = said(self.plan, settings, agent, name, items, there, causes, folded.results[at].oid)
            named.append(
                Pack(
                    id=name,
                    plan=self.plan.id,
                    agent=one.agent,
                    base=self.base,
                    mission=words.mission,
                    items=one.items,
                    owned=tuple(sorted(owned)),
                    editable=tuple(sorted((writes - owned) | mend)),
                    context=context(self.tree, sorted(look)),
                    steps=words.steps,
                    commands=words.commands,
                    acceptance=words.acceptance,
                    commit_text=words.commit_text,
                    rollback=words.rollback,
                    never=words.never,
                    weight=sum(found[item].weight for item in one.items),
                    after=after,
                )
            )
        return tuple(named)

    def _name(self, one: Part, number: int, writes: Iterable[str], after: Sequence[str]) -> str:
        """Another name for everything else, so that a claim on a pack of an earlier cut is never one on this."""
        told = digest({"base": self.base, "items": one.items, "writes": sorted(writes), "after": list(after)})
        return f"{self.plan.id}.{one.agent}-{number}-{told.removeprefix('sha256:')[:6]}"


def _about(path: str, item: PlannedItem, work: Work) -> bool:
    return path in work.owned or is_at(path, item.src) or is_at(path, item.dst)
