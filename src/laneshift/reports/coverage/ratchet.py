"""What was reached before, as a file of the tree that only moves up. Pure.

Counts are kept, not percentages, so that no rounding can lose or win anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from laneshift.config.coverage import module_parts
from laneshift.errors import Refused
from laneshift.reports.coverage.report import Count, Coverage

VERSION = 1
_MOST = 1 << 40


def read(data: bytes, where: str) -> dict[str, Count]:
    """By name what was recorded. Raises `Refused` (`coverage.bad-ratchet`)."""
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _bad(where, str(error)) from error
    modules = told.get("modules") if isinstance(told, dict) and told.get("version") == VERSION else None
    if not isinstance(modules, dict):
        raise _bad(where, f"it is not of version {VERSION}, or has no table of modules")
    found: dict[str, Count] = {}
    for name, counts in modules.items():
        fits = isinstance(counts, dict) and counts.keys() == {"statements", "run"}
        whole, run = (counts["statements"], counts["run"]) if fits else (None, None)
        if type(whole) is not int or type(run) is not int or not 0 <= run <= whole <= _MOST or not whole:
            raise _bad(where, f"{name!r} has no statements and no number of those that ran")
        found[name] = Count(whole, run)
    if len({module_parts(name) for name in found}) < len(found):
        raise _bad(where, "it has a module twice")
    return found


def higher(*records: Mapping[str, Count]) -> dict[tuple[str, ...], Count]:
    """Of several records the higher share of each module, however it is spelled."""
    found: dict[tuple[str, ...], Count] = {}
    for name, count in (each for record in records for each in record.items()):
        parts = module_parts(name)
        if parts not in found or found[parts].below(count):
            found[parts] = count
    return found


def raised(recorded: Mapping[str, Count], now: Coverage) -> dict[str, Count]:
    """The record with everything that is higher now. Modules without a threshold are not recorded; none is dropped."""
    names = {module_parts(name): name for name in recorded}
    found = dict(recorded)
    for group in now.groups:
        complete = group.statements.all and not any(each.code == "coverage.no-data" for each in group.faults)
        if not group.asked.parts or not complete:
            continue
        name = names.get(group.asked.parts, "/".join(group.asked.parts))
        if name not in found or found[name].below(group.statements):
            found[name] = group.statements
    return found


def written(recorded: Mapping[str, Count]) -> bytes:
    """The file: the same record gives the same bytes, one module a line so that changes of two people merge."""
    lines = (
        f'    {json.dumps(name)}: {{ "statements": {count.all}, "run": {count.run} }}'
        for name, count in sorted(recorded.items())
    )
    modules = ",\n".join(lines)
    return f'{{\n  "version": {VERSION},\n  "modules": {{\n{modules}\n  }}\n}}\n'.encode()


def _bad(where: str, why: str) -> Refused:
    cure = "put it back as it was in the last commit"
    return Refused("coverage.bad-ratchet", "the record of coverage cannot be read", where=where, why=why, cure=cure)
