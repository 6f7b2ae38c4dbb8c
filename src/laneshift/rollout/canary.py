"""The deterministic canary: which items go first. `docs/canary.py` computes the same from a plan file alone.

The size of the canary is a share of the items, rounded half up, at least one, and at least one for each stratum with a
critical item. Strata share it by largest remainder. A stratum that would get nothing although it has to be represented
gets one, and the others share the rest, until nobody is left out. Within a stratum the items with the smallest SHA-256
of their keys are taken. So every set is computed from keys, strata and marks alone, whatever their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import floor

from laneshift.errors import Bug, Refused


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that could go first: its id, the stratum it stands for, and whether that stratum must not be left out."""

    key: str
    stratum: str
    critical: bool = False


def stratum_of(lane: str, dst: str) -> str:
    """The stratum of an item: its lane, and the first component of where it goes."""
    return f"{lane}/{dst.partition('/')[0]}"


def sample_size(n: int, size: Decimal, critical_strata: int) -> int:
    """How many of `n` items go first; 0 only when there are none.

    Raises `Refused` (`canary.bad-size`) for a share that is not above 0 and at most 1.
    """
    if not size.is_finite() or not 0 < size <= 1:
        raise Refused("canary.bad-size", f"{size} is no share of the items", cure="give more than 0 and at most 1.0")
    return min(n, max(1, floor(Fraction(size) * n + Fraction(1, 2)), critical_strata))


def quotas(candidates: Iterable[Candidate], size: Decimal) -> dict[str, int]:
    """How many items of each stratum go first, by name. They add up to the sample size and are never more than it has.

    Raises as `sample_size` does.
    """
    found = tuple(candidates)
    strata = counts = Counter(candidate.stratum for candidate in found)
    needed = {candidate.stratum for candidate in found if candidate.critical}
    total = sample_size(len(found), size, len(needed))
    if total >= len(counts):
        needed = set(counts)
    shares = _largest_remainder(counts, total)
    while starved := {stratum for stratum in needed if shares.get(stratum) == 0}:
        counts = Counter({stratum: count for stratum, count in counts.items() if stratum not in starved})
        needed -= starved
        total -= len(starved)
        shares = _largest_remainder(counts, total)
    return {stratum: shares.get(stratum, 1) for stratum in sorted(strata)}


def canary(candidates: Sequence[Candidate], size: Decimal) -> tuple[str, ...]:
    """The keys that go first, in the order given.

    Raises `Bug` (`canary.twin-keys`) when two candidates have one key, and as `sample_size` does.
    """
    strata: dict[str, list[str]] = {}
    for candidate in candidates:
        strata.setdefault(candidate.stratum, []).append(candidate.key)
    if len({candidate.key for candidate in candidates}) < len(candidates):
        raise Bug("canary.twin-keys", "two items of a plan have one id")
    chosen: set[str] = set()
    for stratum, quota in quotas(candidates, size).items():
        chosen.update(sorted(strata[stratum], key=_place)[:quota])
    return tuple(candidate.key for candidate in candidates if candidate.key in chosen)


def _largest_remainder(counts: Mapping[str, int], total: int) -> dict[str, int]:
    """`total` seats in proportion to `counts`: whole parts first, the rest by the largest remainder, then by name."""
    everything = sum(counts.values())
    shares, left = {}, {}
    for name, count in counts.items():
        shares[name], left[name] = divmod(total * count, everything)
    by_remainder = sorted(counts, key=lambda name: (-left[name], name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def _place(key: str) -> bytes:
    """Where a key stands within its stratum: nobody can choose it, and it does not depend on the other keys."""
    return sha256(key.encode()).digest()
