"""Which threshold a file has: the longest name that is a prefix of it, in whole parts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from laneshift.config.coverage import Coverage, module_parts

REST = "(everything else)"
"""The name of what no name covers, where `coverage.default` asks something of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the modules below one name, in per cent; None asks nothing."""

    name: str
    parts: tuple[str, ...]
    statements: Decimal | None
    branches: Decimal | None


def asked(now: Coverage, base: Coverage | None = None) -> tuple[Asked, ...]:
    """What is asked, by name. Of settings before and after a change the stricter counts, so that none loosens its own.

    The last one, without parts, is what is asked of everything else.
    """
    names: dict[tuple[str, ...], str] = {}
    statements, branches = dict[tuple[str, ...], Decimal](), dict[tuple[str, ...], Decimal]()
    for settings in (now, *([base] if base is not None else [])):
        for named, found in ((settings.thresholds, statements), (settings.branches, branches)):
            for name, least in named.items():
                parts = module_parts(name)
                names.setdefault(parts, name)
                found[parts] = max(least, found.get(parts, least))
    defaults = [each.default for each in (now, base) if each is not None and each.default is not None]
    rest = Asked(REST, (), max(defaults, default=None), None)
    return (*(Asked(names[parts], parts, statements.get(parts), branches.get(parts)) for parts in sorted(names)), rest)


def spellings(path: str, module: str | None) -> frozenset[tuple[str, ...]]:
    """The parts under which a file is found: those of its path, and those of its dotted name."""
    return frozenset({module_parts(path), *([module_parts(module)] if module else [])})


def longest(names: Collection[tuple[str, ...]], among: Mapping[tuple[str, ...], Asked]) -> Asked | None:
    """The one whose name leaves least of the file's own; of two that name the same place, the stricter."""
    fits = [
        (len(name) - length, -(among[name[:length]].statements or 0), name[:length])
        for name in names
        for length in range(len(name) + 1)
        if name[:length] in among
    ]
    return among[min(fits)[2]] if fits else None
