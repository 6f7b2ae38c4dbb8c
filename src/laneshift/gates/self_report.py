"""Gate `self-report`: what the item claims about itself is what the diff and the run show."""

from __future__ import annotations

from laneshift.gates.context import Change, Ports
from laneshift.gates.verdict import Verdict, counted
from laneshift.repo.message import check as check_message


class SelfReport:
    """Claims are made before the diff is looked at: files, tests, and the text of the commit."""

    id = "self-report"
    description = "claimed files, tests and commit text equal what the diff and the run show"

    def check(self, change: Change, ports: Ports) -> Verdict:  # noqa: ARG002 - every gate has the same signature
        """Failed names each claim that does not hold."""
        claims, actual = change.claims, touched(change)
        bad = [f"claims to change {path}, which is unchanged" for path in sorted(claims.files - actual)]
        bad += [f"changes {path} without saying so" for path in sorted(actual - claims.files)]
        if claims.tests_passed < 1:
            bad.append("no test has passed")
        if actual or claims.message:
            bad += [f"commit text: {fault.what}" for fault in check_message(claims.message, claims.scopes)]
        return counted(self.id, len(claims.files | actual) + 2, tuple(bad), "claims")


def touched(change: Change) -> frozenset[str]:
    """Every path that the change added, removed or altered."""
    before, after = change.before.entries, change.after.entries
    gone = {path for path in before if path not in after}
    return frozenset(gone | {path for path, entry in after.items() if before.get(path) != entry})
