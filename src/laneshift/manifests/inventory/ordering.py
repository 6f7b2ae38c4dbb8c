"""The order in which promotions make sense: what others need goes first, and of the rest the best. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence

from laneshift.manifests.cycles import circles
from laneshift.manifests.inventory.reading import Wanted

_Rank = tuple[float, str, str]


def in_order(wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Every one of `wanted` once, each after what it needs of them.

    Modules that need each other in a circle stand together, those with the fewest needs in the circle first. Where
    needs leave a choice the better score goes first, then the name: the order of `wanted` has no say, but among twins.
    """
    named: dict[str, list[Wanted]] = {}
    for each in wanted:
        named.setdefault(each.module, []).append(each)
    needs = {name: _needs(twins, named) for name, twins in named.items()}
    circle = {name: members[0] for members in circles(needs) for name in members}
    groups: dict[str, list[str]] = {}
    for name in named:
        groups.setdefault(circle.get(name, name), []).append(name)
    between = {
        head: {circle.get(need, need) for name in members for need in needs[name]} - {head}
        for head, members in groups.items()
    }
    found: list[Wanted] = []
    for head in _after_needs(between, {head: min(map(_rank, _all(names, named))) for head, names in groups.items()}):
        inside = set(groups[head])
        members = sorted(groups[head], key=lambda name: (len(needs[name] & inside), min(map(_rank, named[name]))))
        found += _all(members, named)
    return tuple(found)


def _needs(twins: Sequence[Wanted], named: Mapping[str, object]) -> set[str]:
    return {need for each in twins for need in each.needs if need in named and need != each.module}


def _all(names: Collection[str], named: Mapping[str, Sequence[Wanted]]) -> list[Wanted]:
    return [each for name in names for each in sorted(named[name], key=_rank)]


def _after_needs(needs: Mapping[str, Collection[str]], ranks: Mapping[str, _Rank]) -> Iterator[str]:
    """Every key after those that it needs, of which there is no circle; the lowest rank first among those ready."""
    missing = {name: len(each) for name, each in needs.items()}
    asking: dict[str, list[str]] = {}
    for name, each in needs.items():
        for need in each:
            asking.setdefault(need, []).append(name)
    ready = [(ranks[name], name) for name, count in missing.items() if not count]
    heapq.heapify(ready)
    while ready:
        _, name = heapq.heappop(ready)
        yield name
        for other in asking.get(name, ()):
            missing[other] -= 1
            if not missing[other]:
                heapq.heappush(ready, (ranks[other], other))


def _rank(each: Wanted) -> _Rank:
    return -each.score, each.module, each.current
