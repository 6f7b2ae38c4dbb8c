"""How contracts look on a terminal and as a document."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from laneshift.manifests.contracts.check import Report
from laneshift.manifests.contracts.coverage import Coverage
from laneshift.reports.charts import percent


def data(report: Report) -> dict[str, Any]:
    """The report of a check."""
    return {
        "contracts": [
            {
                "path": each.written.path,
                "contract": None if each.written.contract is None else each.written.contract.contract_id,
                "module": None if each.written.contract is None else each.written.contract.module,
                "valid": not each.faults,
                "faults": [fault._asdict() for fault in each.faults],
                "notes": [note._asdict() for note in each.notes],
            }
            for each in report.checked
        ],
        "faults": [fault._asdict() for fault in report.faults],
        "passes": report.passes,
    }


def show(console: Console, report: Report, *, verbose: bool) -> None:
    """Every fault on a line of its own, and a count."""
    for fault in report.all_faults:
        console.print(str(fault), markup=False, soft_wrap=True)
    for note in report.notes if verbose else ():
        console.print(f"note: {note}", markup=False, soft_wrap=True)
    valid = sum(not each.faults for each in report.checked)
    count = len(report.all_faults)
    console.print(f"{valid} of {len(report.checked)} contract(s) hold, {count} fault(s), {len(report.notes)} note(s)")


def covered(found: Coverage, *, passes: bool) -> dict[str, Any]:
    """A coverage."""
    return {
        "modules": list(found.modules),
        "covered": list(found.covered),
        "missing": [{"module": module, "reason": reason} for module, reason in found.missing],
        "unread": [fault._asdict() for fault in found.unread],
        "share": f"{len(found.covered)}/{len(found.modules)}",
        "passes": passes,
    }


def show_coverage(console: Console, found: Coverage) -> None:
    """Every module that is not covered, with the reason, and the share."""
    for module, reason in found.missing:
        console.print(f"{module}: {reason}", markup=False, soft_wrap=True)
    for fault in found.unread:
        console.print(str(fault), markup=False, soft_wrap=True)
    share = percent(len(found.covered), len(found.modules))
    console.print(f"{len(found.covered)} of {len(found.modules)} module(s) of tier T1 have a valid contract: {share}")
