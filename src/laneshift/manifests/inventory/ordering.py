"""The order in which promotions make sense: what others need goes first, and of the rest the best. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from laneshift.manifests.inventory.reading import Wanted


def in_order(wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Every one of `wanted` once, so that all that comes before a module is enough of what it needs.

    Modules that need each other are taken where the fewest needs are open. The order of `wanted` has no say, but among
    twins.
    """
    left = dict(enumerate(wanted))
    named: dict[str, list[int]] = {}
    for at, each in left.items():
        named.setdefault(each.module, []).append(at)
    open_needs = {at: set(_needed(each, at, named)) for at, each in left.items()}
    asking: dict[int, list[int]] = {}
    for at, needs in open_needs.items():
        for need in needs:
            asking.setdefault(need, []).append(at)
    heap = [(len(open_needs[at]), *_rank(each), at) for at, each in left.items()]
    heapq.heapify(heap)
    found = []
    while heap:
        count, *_, at = heapq.heappop(heap)
        if at not in left or count != len(open_needs[at]):
            continue
        found.append(left.pop(at))
        for other in asking.get(at, ()):
            if other in left:
                open_needs[other].discard(at)
                heapq.heappush(heap, (len(open_needs[other]), *_rank(left[other]), other))
    return tuple(found)


def _needed(each: Wanted, at: int, named: dict[str, list[int]]) -> Iterable[int]:
    return (other for name in each.needs for other in named.get(name, ()) if other != at)


def _rank(each: Wanted) -> tuple[float, str, str]:
    return -each.score, each.module, each.current
