"""What explains the red tests of one full run: one culprit set after another, all by small runs of those tests.

Policy. The first set is looked for among all items. When its last item is out, the tests that were red run once more
on the items that go on; those still red ask for the next set, until none is left. So k independent bad items cost two
full runs, the red one and the green one, and not k + 1. A later set rests on small runs alone, so it is run by itself
once more before an item is held for it; where that is green, where a search finds no small set, and where the tries
run out, the next full run decides.

The decision is a generator, as that of `isolate`: it yields what to try and what it found, and knows no engine.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from laneshift.landing.isolate import MOST_CULPRITS, minimise

MOST_TRIES = 128
"""After this many small runs for one full run no further set is looked for."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A question: which of `ids` are red with `items` alone?"""

    items: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Culprits:
    """Items that are red together, in their order, and the test ids that were red with them; the last is to go."""

    members: tuple[str, ...]
    red: tuple[str, ...]


Search = Generator[Probe | Culprits, Sequence[str], None]


def culprit_sets(items: Sequence[str], blamed: Sequence[str], most: int = MOST_TRIES) -> Search:
    """Find the sets that explain why `blamed` are red with `items`.

    Yields each `Probe` to be answered with the ids that are red, and each `Culprits` as soon as it is known; the
    search goes on without its last member. There is at least one set. `most` is a number of probes: a search that is
    under way when it is reached is brought to its end.
    """
    left, red, green, tries, later = tuple(items), tuple(blamed), 0, 0, False
    while red:
        found, taken = yield from _smallest(left, red, green)
        if later and not (yield Probe(found.members, found.red)):
            return
        yield found
        later = True
        green = left.index(found.members[-1])
        left = (*left[:green], *left[green + 1 :])
        tries += taken + 2
        # The items before a culprit were seen green: where nothing stands after it, nothing is left to ask.
        if green == len(left) or tries >= most or len(found.members) > MOST_CULPRITS:
            return
        red = tuple((yield Probe(left, red)))


def _smallest(
    items: tuple[str, ...], ids: tuple[str, ...], green: int
) -> Generator[Probe, Sequence[str], tuple[Culprits, int]]:
    """The smallest set of `items` that is red, and how many probes it took; the first `green` items are not."""
    seen, search = {items: ids}, minimise(items, green)
    try:
        group = next(search)
        while True:
            seen[group] = tuple((yield Probe(group, ids)))
            group = search.send(bool(seen[group]))
    except StopIteration as ended:
        members: tuple[str, ...] = ended.value
    return Culprits(members, seen[members]), len(seen) - 1
