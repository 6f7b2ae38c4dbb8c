"""Which items might land, and in which order: the ways that a dream follows. Pure, and the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count, islice

from laneshift.errors import Fault
from laneshift.runs.dreaming.asking import RISKS, Constraints

_TRIES = 64


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an item before any way is imagined. `closing` items tell about all others, so they go last."""

    id: str
    danger: int = 0
    risk: str = "low"
    edits: int = 0
    notices: int = 0
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Imagined:
    """One way: the items in the order in which they land, and those left out, with the reason."""

    strategy: str
    order: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def constraint_faults(constraints: Constraints, items: Iterable[str], where: str) -> list[Fault]:
    """What the constraints name that is no item, or twice in ways that cannot both be."""
    known = set(items)
    named = [(name, each) for name in ("only", "without", "first", "last") for each in getattr(constraints, name)]
    faults = [
        Fault("dream.no-such-item", f"{where}.{name}", f"no item is called {each!r}")
        for name, each in named
        if each not in known
    ]
    both = sorted(set(constraints.first) & set(constraints.last))
    faults += [Fault("dream.bad-constraint", where, f"{each!r} cannot be first and last") for each in both]
    return faults


def ways(known: Sequence[Known], constraints: Constraints, paths: int, seed: int) -> tuple[Imagined, ...]:
    """At most `paths` ways, no two of them alike, the first as written. Fewer where there are no more."""
    found: dict[tuple[str, ...], Imagined] = {}
    for imagined in islice(_strategies(known, seed), paths * 2 + _TRIES):
        way = constrained(imagined, known, constraints)
        if way.order:
            found.setdefault(way.order, way)
        if len(found) == paths:
            break
    return tuple(found.values())


def constrained(imagined: Imagined, known: Sequence[Known], constraints: Constraints) -> Imagined:
    """The way as the constraints let it be."""
    items = {each.id: each for each in known}
    reasons = [(name, _why_not(items[name], constraints)) for name in imagined.order]
    left = [name for name, why in reasons if not why]
    ends = {*constraints.first, *constraints.last}
    first, last = ([name for name in names if name in left] for names in (constraints.first, constraints.last))
    order = [*first, *(name for name in left if name not in ends), *last]
    order.sort(key=lambda name: items[name].closing)
    out = tuple((name, why) for name, why in reasons if why)
    return replace(imagined, order=tuple(order), left_out=(*imagined.left_out, *out))


def _why_not(item: Known, constraints: Constraints) -> str:
    if constraints.only and item.id not in constraints.only:
        return "constraints.only does not name it"
    if item.id in constraints.without:
        return "constraints.without names it"
    if RISKS.index(item.risk) > RISKS.index(constraints.max_risk):
        return f"its risk is {item.risk}, and constraints.max_risk is {constraints.max_risk}"
    return ""


def _strategies(known: Sequence[Known], seed: int) -> Iterator[Imagined]:
    """Ways without end: five with a reason, then drawn ones, in turn an order and a selection."""
    yield Imagined("as-written", _ids(known))
    yield Imagined("safest-first", _ids(sorted(known, key=lambda each: each.danger)))
    yield _without(known, "without-the-risky", _doubt)
    yield Imagined("smallest-first", _ids(sorted(known, key=lambda each: each.edits)))
    yield Imagined("reversed", _ids(reversed(known)))
    for number in count(1):
        yield Imagined(f"drawn-order-{number}", _ids(sorted(known, key=_drawn(seed, number))))
        half = {each.id for each in sorted(known, key=_drawn(seed, -number))[: len(known) // 2]}
        yield _without(known, f"drawn-selection-{number}", _drawn_out(half))


def _ids(known: Iterable[Known]) -> tuple[str, ...]:
    return tuple(each.id for each in known)


def _doubt(item: Known) -> str:
    if item.risk == RISKS[-1]:
        return "its risk is high"
    return f"{item.notices} name(s) of it are computed when the code runs" if item.notices else ""


def _without(known: Sequence[Known], strategy: str, why: Callable[[Known], str]) -> Imagined:
    out = tuple((each.id, reason) for each in known if (reason := why(each)))
    gone = {name for name, _ in out}
    return Imagined(strategy, tuple(each.id for each in known if each.id not in gone), out)


def _drawn_out(half: Collection[str]) -> Callable[[Known], str]:
    return lambda each: "drawn" if each.id in half else ""


def _drawn(seed: int, number: int) -> Callable[[Known], bytes]:
    """A place for each item that depends on nothing but the seed, the number of the draw and its id."""
    return lambda each: sha256(f"{seed}/{number}/{each.id}".encode()).digest()
