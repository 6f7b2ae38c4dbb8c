"""Whether the events, spans and metrics of a contract are in the code of its module."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.errors import Fault
from laneshift.manifests.contracts.form import Contract
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.contracts.meaning import meant

_GONE = "take it out under a new major version"


def told(ground: Ground, contract: Contract, path: str) -> Iterator[Fault]:
    """A fault for every name that the code does not have.

    Found is what a call plainly publishes, subscribes to, opens or counts; and, for calls that cannot be recognised,
    what stands in the code as a literal of exactly that text.
    """
    events = contract.public_interface.events
    shown = contract.observability
    seen = ground.signals(contract.module)
    asked = (
        ("event", "publishes", events.publishes, seen.publishes),
        ("event", "subscribes to", events.subscribes, seen.subscribes),
        ("span", "has span", shown.spans, seen.spans),
        ("metric", "has metric", shown.metrics, seen.metrics),
    )
    missing = [name for _, _, names, found in asked for name in names if name not in found]
    literal = ground.literals(contract.module, missing)
    for kind, verb, names, found in asked:
        for name in names:
            if name not in found and name not in literal:
                what = f"{verb} {name!r}, which is not in the code of {contract.module}"
                yield Fault(f"contract.no-such-{kind}", path, what, meant(name, found, _GONE))
