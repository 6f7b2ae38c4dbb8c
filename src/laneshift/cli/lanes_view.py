"""What is told about lanes, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from shlex import quote
from typing import Any

from laneshift.lanes.contracts.verdicts import Verdict
from laneshift.lanes.coverage import Coverage
from laneshift.lanes.crossings import Crossing, Hop
from laneshift.runs.lane_check import Report

_SHOWN = 20


def data(report: Report) -> dict[str, Any]:
    """Everything that was found, for `--json`."""
    judgement = report.judgement
    return {
        "passes": report.passes,
        "coverage": asdict(report.coverage),
        "new": [_crossing(each) for each in judgement.new],
        "known": [_crossing(each) for each in judgement.known],
        "gone": [list(identity) for identity in judgement.gone],
        "grown": [list(identity) for identity in judgement.grown],
        "shims": [
            {
                "path": shim.path,
                "lane": shim.lane,
                "to_lanes": list(shim.to_lanes),
                "expiry": shim.expiry.isoformat() if shim.expiry else None,
                "expired": shim in report.expired,
            }
            for shim in report.shims
        ],
        "contracts": [{**asdict(each), "fails": each in report.broken} for each in report.contracts],
    }


def lines(report: Report, *, verbose: bool) -> Iterator[str]:
    """What could not be read for sure; new violations by the import that enters the lane; shims, contracts, counts.

    What a check fails for stands last, next to what is to be done about it.
    """
    judgement, seen = report.judgement, report.coverage
    yield from _unsure(seen, verbose=verbose)
    yield from _grouped(judgement.new)
    if verbose:
        yield from (f"known: {each}" for each in judgement.known)
    for identity in judgement.grown:
        yield f"the baseline grew by {' '.join(identity)}"
    for shim in report.shims:
        until = f", until {shim.expiry}{' (expired)' if shim in report.expired else ''}" if shim.expiry else ""
        place = f"lane {shim.lane}" if shim.lane else "no lane"
        yield f"{shim.path}: a shim of {place} onto {', '.join(shim.to_lanes)}{until}"
    for verdict in report.contracts:
        yield from _contract(verdict, fails=verdict in report.broken)
    bent = f", {len(seen.bent)} that change where modules are looked for" if seen.bent else ""
    yield f"{seen}, {len(seen.scanned)} by scanning, {len(seen.blind)} with imports that cannot be known{bent}"
    gone = f", {len(judgement.gone)} gone: shorten the baseline" if judgement.gone else ""
    kept = f", {len(report.broken)} of {len(report.contracts)} contract(s) fail" if report.contracts else ""
    shims = f"{len(report.shims)} shim(s)"
    yield f"{len(judgement.new)} new violation(s), {len(judgement.known)} known{gone}, {shims}{kept}"


def _grouped(found: Iterable[Crossing]) -> Iterator[str]:
    ordered = sorted(found, key=lambda each: (each.entering, each))
    for (importer, imported), group in groupby(ordered, key=lambda each: each.entering):
        members = list(group)
        yield f"{importer} -> {imported}"
        for each in members[:_SHOWN]:
            yield f"  {each.kind}: {each}"
        if len(members) > _SHOWN:
            yield f"  and {len(members) - _SHOWN} more; --json has them all"


def _contract(verdict: Verdict, *, fails: bool) -> Iterator[str]:
    known = "" if fails or verdict.status != "broken" else ", as before"
    reason = f": {verdict.reason}" if verdict.reason else ""
    yield f"contract {verdict.name!r} ({verdict.kind}): {verdict.status}{known}{reason}"
    if fails:
        for breach in verdict.breaches[:_SHOWN]:
            yield f"  {breach.what}: {', '.join(map(str, breach.chain))}"
        if len(verdict.breaches) > _SHOWN:
            yield f"  and {len(verdict.breaches) - _SHOWN} more; --json has them all"
    for breach in verdict.unseen[:_SHOWN]:
        yield f"  not seen by import-linter: {breach.what}: {', '.join(map(str, breach.chain))}"
    yield from (f"  {warning}" for warning in verdict.warnings)


def _unsure(found: Coverage, *, verbose: bool) -> Iterator[str]:
    most = None if verbose else _SHOWN
    for path, reason in found.unchecked.items():
        yield f"{path}: not checked: {reason}"
    for path, reason in list(found.scanned.items())[:most]:
        yield f"{path}: does not parse, scanned only: {reason}"
    for path, lines in list(found.blind.items())[:most]:
        yield f"{path}:{','.join(map(str, lines))}: imports what nobody can know before it runs"
    for path, lines in list(found.bent.items())[:most]:
        yield f"{path}:{','.join(map(str, lines))}: changes where modules are looked for; that is not followed"
    lists = (found.scanned, found.blind, found.bent)
    hidden = 0 if verbose else sum(max(0, len(each) - _SHOWN) for each in lists)
    if hidden:
        yield f"and {hidden} more such line(s); -v shows them"


def next_command(report: Report) -> str:
    """What to run after a check: what explains one thing that it fails for, or brings the known ones up to date."""
    if report.judgement.new:
        chain = report.judgement.new[0].chain
        return f"laneshift lanes explain {quote(chain[0].importer)} {quote(chain[-1].imported)}"
    for verdict in report.broken:
        for breach in (*verdict.breaches, *verdict.unseen):
            if breach.chain:
                ends = breach.chain[0].importer, breach.chain[-1].imported
                return f"laneshift lanes explain {' '.join(map(quote, ends))}"
    if not report.passes:
        return "laneshift lanes check --verbose"
    return "laneshift lanes baseline" if report.judgement.gone else "laneshift status"


def chains(found: Mapping[str, tuple[Hop, ...]]) -> dict[str, Any]:
    """Chains by kind, for `--json`."""
    return {kind: [hop_data(hop) for hop in chain] for kind, chain in found.items()}


def chain_lines(found: Mapping[str, tuple[Hop, ...]], start: str, goal: str) -> Iterator[str]:
    """Each chain, one import a line."""
    for kind, chain in found.items():
        yield f"{kind}, {len(chain)} import(s):"
        yield from (f"  {hop}" for hop in chain)
    if not found:
        yield f"nothing in {start} reaches {goal}"


def hop_data(hop: Hop) -> dict[str, object]:
    """One import of a chain."""
    return {"importer": hop.importer, "imported": hop.imported, "line": hop.line, "kind": hop.kind}


def _crossing(each: Crossing) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "how": each.identity[0],
        "from_lane": each.from_lane,
        "to_lane": each.to_lane,
        "edge": list(each.entering),
        "chain": [hop_data(hop) for hop in each.chain],
    }
