"""Gate `self-report`: what the item claims about itself is what the diff and the run show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.gates.context import Always, Change, Ports
from laneshift.gates.faults import self_report as faults
from laneshift.gates.verdict import Verdict, counted
from laneshift.repo.message import check as check_message


class SelfReport(Always):
    """Claims are made before the diff is looked at: files, tests, and the text of the commit."""

    id = "self-report"
    description = "claimed files, tests and commit text equal what the diff and the run show"
    cost = 0.01
    runs_code = False
    runs = 0
    plant = staticmethod(faults.plant)

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """What is claimed, and what was touched."""
        claims = change.claims
        said = [sorted(claims.files), claims.tests_passed, claims.message, sorted(claims.scopes)]
        return {"claims": said, "touched": list(change.touched)}

    def check(self, change: Change, ports: Ports) -> Verdict:  # noqa: ARG002 - every gate has the same signature
        """Failed names each claim that does not hold."""
        claims, actual = change.claims, frozenset(change.touched)
        bad = [f"claims to change {path}, which is unchanged" for path in sorted(claims.files - actual)]
        bad += [f"changes {path} without saying so" for path in sorted(actual - claims.files)]
        if claims.tests_passed < 1 and not change.only_manifests:
            bad.append("no test has passed")
        if actual or claims.message:
            bad += [
                f"commit text, {fault.where}: {fault.what}" for fault in check_message(claims.message, claims.scopes)
            ]
        return counted(self.id, max(len(claims.files | actual) + 2, len(bad)), tuple(bad), "claims")
