"""Which items make a train red: delta debugging over groups, with small runs of the failing tests only.

The decision is a generator that yields a set of items to try and is sent whether they are red together, so that the
same code serves a durable workflow, where each try is a journalled step, and a test with a made-up oracle.

Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input (2002), the ddmin algorithm.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

Try = tuple[str, ...]


def minimise(items: Sequence[str]) -> Generator[Try, bool, Try]:
    """Find a smallest red subset of `items`, which are known to be red together.

    Yields subsets in their original order; expects `True` for each that is red. Returns the culprits: taking any one
    away turns them green. One culprit among n costs about 2·log2(n) tries, a far pair a few times that.
    """
    red: Try = tuple(items)
    parts = 2
    while len(red) >= 2:
        groups = _split(red, parts)
        found = yield from _first_red(groups)
        if found is not None:
            red, parts = found, 2
            continue
        rests = [_without(red, group) for group in groups] if parts > 2 else []
        found = yield from _first_red(rests)
        if found is not None:
            red, parts = found, max(parts - 1, 2)
            continue
        if parts >= len(red):
            break
        parts = min(parts * 2, len(red))
    return red


def _first_red(candidates: Sequence[Try]) -> Generator[Try, bool, Try | None]:
    for candidate in candidates:
        if (yield candidate):
            return candidate
    return None


def _split(items: Try, parts: int) -> list[Try]:
    size, extra = divmod(len(items), parts)
    groups, start = [], 0
    for number in range(parts):
        end = start + size + (number < extra)
        groups.append(items[start:end])
        start = end
    return [group for group in groups if group]


def _without(items: Try, group: Try) -> Try:
    gone = set(group)
    return tuple(item for item in items if item not in gone)
