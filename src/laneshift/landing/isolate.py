"""Which items make a train red: bisection over its prefixes, with small runs of the failing tests only.

The shortest red prefix ends in a culprit. With that one always on board, the shortest red prefix of what stood before
it ends in the next, until the culprits found are red by themselves. k culprits among n items cost about
k * (log2(n) + 1) tries wherever they stand; ddmin, which this replaces, took 87 for a pair at the ends of 144.

The decision is a generator that yields a set of items to try and is sent whether they are red together, so that the
same code serves a durable workflow, where each try is a journalled step, and a test with a made-up oracle.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

Try = tuple[str, ...]

MOST_CULPRITS = 8
"""More culprits than this are not looked for: such a train has no small explanation."""


def minimise(items: Sequence[str], green: int = 0) -> Generator[Try, bool, Try]:
    """Find a smallest red subset of `items`, which are known to be red together; the first `green` of them are not.

    Yields subsets in their original order; expects `True` for each that is red. Returns the culprits in their order:
    taking any one away turns them green, provided that adding items never does. Where no small set is red, as with a
    test that comes and goes, all items are returned that could not be cleared.
    """
    suspects: Try = tuple(items)
    found: Try = ()
    while suspects:
        length = yield from _shortest_red(suspects, found, 0 if found else green)
        found = (suspects[length - 1], *found)
        suspects = suspects[: length - 1]
        if not suspects or (yield found):
            return found
        if len(found) >= MOST_CULPRITS:
            return (*suspects, *found)
    return found


def _shortest_red(suspects: Try, found: Try, green: int) -> Generator[Try, bool, int]:
    """The length of the shortest prefix of `suspects` that is red with `found`; the whole is known to be."""
    red = len(suspects)
    while red - green > 1:
        middle = (green + red) // 2
        if (yield (*suspects[:middle], *found)):
            red = middle
        else:
            green = middle
    return red
