"""What a contract takes away from what it said before, and whether its version says so. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches

from laneshift.errors import Fault
from laneshift.manifests.contracts.form import Class, Contract, Function
from laneshift.manifests.contracts.reading import Written
from laneshift.manifests.contracts.signature import SignatureError, breaks, read


def judged(before: Iterable[Written], now: Iterable[Written]) -> tuple[Fault, ...]:
    """A fault for every promise that a contract takes back without a new major version.

    Contracts are the same by their name, so one that moved with its module is followed. One that cannot be read any
    more has faults of its own. A contract may go away once it was deprecated.
    """
    found = {each.contract.name: each for each in now if each.contract is not None}
    unread = {each.path for each in now if each.contract is None}
    faults: list[Fault] = []
    for old in before:
        if old.contract is None:
            continue
        new = found.get(old.contract.name)
        if new is None or new.contract is None:
            if old.path not in unread and old.contract.status != "deprecated":
                what = f"{old.contract.contract_id} is gone, and was not deprecated"
                cure = "put it back with `status` deprecated first"
                faults.append(Fault("contract.removed", old.path, what, cure))
            continue
        faults.extend(_compared(old.contract, new.contract, new.path))
    return tuple(faults)


def taken_back(was: Contract, now: Contract) -> tuple[str, ...]:
    """Every promise of `was` that `now` does not make, in words; nothing where `now` only promises more."""
    old, new = was.public_interface, now.public_interface
    return (
        *_functions("function", old.functions, new.functions, is_method=False),
        *_classes(old.classes, new.classes),
        *_events("publishes", old.events.publishes, new.events.publishes),
        *_events("subscribes to", old.events.subscribes, new.events.subscribes),
        *_targets(was, now),
        *_guarantees(was, now),
    )


def _compared(was: Contract, now: Contract, path: str) -> Iterator[Fault]:
    if now.major < was.major:
        yield Fault("contract.major-back", path, f"{now.contract_id} was {was.contract_id} before")
    elif now.major == was.major:
        for what in taken_back(was, now):
            cure = f"a break takes {was.name}@v{was.major + 1}, or put it back"
            yield Fault("contract.breaks", path, f"{now.contract_id} {what}", cure)


def _functions(
    kind: str, was: list[Function], now: list[Function], *, is_method: bool, owner: str = ""
) -> Iterator[str]:
    known = {each.name: each for each in now}
    for old in was:
        new = known.get(old.name)
        named = f"{kind} {owner}{old.name}"
        if new is None:
            yield f"has no {named} any more{_renamed(old.name, known.keys() - {each.name for each in was})}"
            continue
        try:
            before = read(old.signature, is_async=old.is_async, is_method=is_method)
            after = read(new.signature, is_async=new.is_async, is_method=is_method)
        except SignatureError:
            if old.signature != new.signature:
                yield f"has another signature for {named}"
            continue
        for what in breaks(before, after):
            yield f"changes {named}: {what}"


def _classes(was: list[Class], now: list[Class]) -> Iterator[str]:
    known = {each.name: each for each in now}
    for old in was:
        new = known.get(old.name)
        if new is None:
            yield f"has no class {old.name} any more{_renamed(old.name, known.keys() - {each.name for each in was})}"
        else:
            yield from _functions("method", old.methods, new.methods, is_method=True, owner=f"{old.name}.")


def _events(verb: str, was: list[str], now: list[str]) -> Iterator[str]:
    for event in was:
        if event not in now:
            yield f"no longer {verb} {event!r}{_renamed(event, set(now) - set(was))}"


def _renamed(name: str, added: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(added), n=1, cutoff=0.5)
    return f" (is it {close[0]!r} now?)" if close else ""


def _targets(was: Contract, now: Contract) -> Iterator[str]:
    """A target that is gone or weaker is a promise taken back."""
    old, new = was.performance_contract, now.performance_contract
    weaker = (
        ("p95_ms", old.p95_ms, new.p95_ms, 1),
        ("throughput", old.throughput, new.throughput, -1),
        ("memory", old.memory, new.memory, 1),
    )
    for name, before, after, sign in weaker:
        if before is not None and (after is None or (after - before) * sign > 0):
            yield f"promises less of {name}: {_told(after)} instead of {_told(before)}"


def _told(amount: Decimal | None) -> str:
    return "nothing" if amount is None else f"{amount:f}"


def _guarantees(was: Contract, now: Contract) -> Iterator[str]:
    known = {each.name: set(each.guarantees) for each in now.capabilities}
    for old in was.capabilities:
        if old.name not in known:
            yield f"has no capability {old.name!r} any more"
            continue
        for gone in old.guarantees:
            if gone not in known[old.name]:
                yield f"does not guarantee {gone[:80]!r} of {old.name!r} any more"
