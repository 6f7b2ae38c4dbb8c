"""How work is cut among agents: whole where it holds together, evenly, and in an order where both cannot be. Pure.

Items that touch the same files hold together. Where these groups are too large for even shares, they are cut at the
files that most items share, and an agent's items that touch files of an agent before it come after those. So each
agent has as much to do as any other, and no file ever has two writers at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from laneshift.agents.packs.work import Work, sharing

ENOUGH = 20
"""Per cent by which the agent with the least to do may have less than the one with the most."""
_CAPS = (100, 75, 50, 35, 25, 15, 10, 5, 2, 0)
"""Per cent of a share that a group may weigh that is made where whole ones are too large."""
_FEW = 5
"""Of so many agents every order is tried."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent that can be given work: `most_files` is what one commit of it may change at most, 0 for any number.

    `before` is the weight of what it has to do already.
    """

    agent: str
    most_files: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What one agent does in one go: items in the order of the plan, and the parts that have to be done before."""

    agent: str
    items: tuple[str, ...]
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Parted:
    """All parts, and what each agent has to do in all. `late` is the weight of what cannot begin at once.

    `span` is the weight that is gone through one after another until all is done, when each agent does its parts in
    this order and waits for those that they come after.
    """

    parts: tuple[Part, ...]
    loads: Mapping[str, int]
    late: int
    span: int

    @property
    def spread(self) -> int:
        """Per cent by which the least is less than the most, rounded up; 0 where there is nothing to do."""
        return spread_of(self.loads)

    @property
    def rank(self) -> tuple[bool, int, int]:
        """How good this is: the less the better."""
        return self.spread > ENOUGH, self.span, self.spread


def spread_of(loads: Mapping[str, int]) -> int:
    """Per cent by which the least of some loads is less than the most, rounded up."""
    most = max(loads.values(), default=0)
    return -(-100 * (most - min(loads.values())) // most) if most else 0


def part(found: Sequence[Work], seats: Sequence[Seat]) -> Parted:
    """The best way to cut `found`, each of which some seat has room for: even if it can be, then the soonest done.

    The same work and seats give the same parts. Raises `ValueError` without seats.
    """
    if not seats:
        raise ValueError("nobody is there to do it")
    shared = sharing(found)
    total = sum(work.weight for work in found) + sum(seat.before for seat in seats)
    best: tuple[tuple[bool, int, int, int], Parted] | None = None
    groups = [_groups(found, shared, total)]
    smaller = (_groups(found, shared, total * cap // (100 * len(seats))) for cap in _CAPS)
    groups += [each for each in smaller if each != groups[0]]
    for number, made in enumerate(groups):
        for near in (False, True):
            seated = _seated(made, seats, shared, total, near=near)
            parted = _ordered(found, seats, seated)
            rank = (*parted.rank, number)
            if best is None or rank < best[0]:
                best = rank, parted
        if number == 0 and best is not None and best[1].spread <= ENOUGH and not best[1].late:
            break
    if best is None:
        raise ValueError("nothing was tried")
    return best[1]


def span_of(parts: Sequence[Part], weights: Sequence[int], before: Mapping[str, int]) -> int:
    """The weight that is gone through until all parts are done; `before` is what each agent does first."""
    free, ended = dict(before), list[int]()
    for one, weight in zip(parts, weights, strict=True):
        began = max([free.get(one.agent, 0), *(ended[at] for at in one.after)])
        ended.append(began + weight)
        free[one.agent] = began + weight
    return max([*free.values(), *ended], default=0)


def fits(work: Work, seat: Seat) -> bool:
    """Whether one commit of this agent may change as many files."""
    return seat.most_files == 0 or len(work.writes) <= seat.most_files


def _groups(found: Sequence[Work], shared: Mapping[str, list[str]], cap: int) -> list[list[Work]]:
    """Items joined over the files that they share, those shared by few first, while a group weighs at most `cap`."""
    leader = {work.item: work.item for work in found}
    weight = {work.item: work.weight for work in found}

    def top(item: str) -> str:
        while leader[item] != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    for _, items in sorted(shared.items(), key=lambda each: (len(each[1]), each[0])):
        for other in items[1:]:
            one, two = top(items[0]), top(other)
            if one != two and weight[one] + weight[two] <= cap:
                leader[two] = one
                weight[one] += weight[two]
    groups: dict[str, list[Work]] = {}
    for work in found:
        groups.setdefault(top(work.item), []).append(work)
    return list(groups.values())


def _seated(
    groups: Sequence[list[Work]], seats: Sequence[Seat], shared: Mapping[str, list[str]], total: int, *, near: bool
) -> dict[str, str]:
    """Who does each item: the heaviest group first, to whoever has least. With `near`, to whoever has most of what it
    shares while that one's share is not full."""
    loads = {seat.agent: seat.before for seat in seats}
    whose: dict[str, str] = {}
    for group in sorted(groups, key=lambda each: (-sum(work.weight for work in each), each[0].item)):
        weight = sum(work.weight for work in group)
        able = [seat.agent for seat in seats if all(fits(work, seat) for work in group)]
        able = able or [_roomiest(seats)]
        chosen = min(able, key=lambda agent: loads[agent])
        open_to = [agent for agent in able if (loads[agent] + weight) * len(seats) <= total]
        if near and open_to:
            ties = _ties(group, shared, whose)
            chosen = min(open_to, key=lambda agent: (-ties.get(agent, 0), loads[agent]))
        loads[chosen] += weight
        whose.update((work.item, chosen) for work in group)
    return whose


def _roomiest(seats: Sequence[Seat]) -> str:
    return max(seats, key=lambda seat: seat.most_files or 1 << 30).agent


def _ties(group: Sequence[Work], shared: Mapping[str, list[str]], whose: Mapping[str, str]) -> dict[str, int]:
    """How many of what a group shares each agent has."""
    ties: dict[str, int] = {}
    for path in {path for work in group for path in work.touches if path in shared}:
        for agent in {whose[item] for item in shared[path] if item in whose}:
            ties[agent] = ties.get(agent, 0) + 1
    return ties


def _ordered(found: Sequence[Work], seats: Sequence[Seat], whose: Mapping[str, str]) -> Parted:
    """The parts, with agents in the order in which least has to wait."""
    holders: dict[str, set[str]] = {}
    for work in found:
        for path in work.touches:
            holders.setdefault(path, set()).add(whose[work.item])
    others = {work.item: frozenset().union(*(holders[path] for path in work.touches)) for work in found}
    agents = [seat.agent for seat in seats]
    orders = permutations(agents) if len(agents) <= _FEW else iter([tuple(agents)])

    def waits(order: tuple[str, ...]) -> dict[str, bool]:
        rank = {agent: at for at, agent in enumerate(order)}
        return {item: min(rank[agent] for agent in near) < rank[whose[item]] for item, near in others.items()}

    def late(order: tuple[str, ...]) -> int:
        waiting = waits(order)
        return sum(work.weight for work in found if waiting[work.item])

    order = min(orders, key=lambda each: (late(each), each))
    waiting = waits(order)
    limits = {seat.agent: seat.most_files for seat in seats}
    gone: list[tuple[str, list[Work]]] = []
    for turn in (False, True):
        for agent in order:
            own = [work for work in found if whose[work.item] == agent and waiting[work.item] is turn]
            gone += [(agent, piece) for piece in _pieces(own, limits[agent])]
    loads = {seat.agent: seat.before for seat in seats}
    for work in found:
        loads[whose[work.item]] += work.weight
    parts = tuple(_parts(gone))
    weights = [sum(work.weight for work in piece) for _, piece in gone]
    return Parted(parts, loads, late(order), span_of(parts, weights, {seat.agent: seat.before for seat in seats}))


def _pieces(own: Sequence[Work], most: int) -> Iterator[list[Work]]:
    """The items of one agent in as many goes as its limit of files takes, in the order of the plan."""
    piece: list[Work] = []
    files: frozenset[str] = frozenset()
    turn = {work.item: at for at, work in enumerate(own)}
    for group in _groups(own, sharing(own), sum(work.weight for work in own)):
        for work in group:
            if piece and most and len(files | work.writes) > most:
                yield sorted(piece, key=lambda each: turn[each.item])
                piece, files = [], frozenset()
            piece.append(work)
            files |= work.writes
    if piece:
        yield sorted(piece, key=lambda each: turn[each.item])


def _parts(gone: Sequence[tuple[str, list[Work]]]) -> Iterator[Part]:
    """Each after all that were before it and touch the same, or that come before one of these."""
    touched = [frozenset().union(*(work.touches for work in piece)) for _, piece in gone]
    closed: list[set[int]] = []
    for at, (agent, piece) in enumerate(gone):
        before = {other for other in range(at) if touched[other] & touched[at]}
        before |= {each for other in before for each in closed[other]}
        closed.append(before)
        yield Part(agent, tuple(work.item for work in piece), tuple(sorted(before)))
