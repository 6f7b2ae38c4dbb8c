"""An audit as plain data, in the shape of `audit.schema.json`. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from laneshift.reports.audit.report import Audit

VERSION = "1.0"


def data(found: Audit) -> dict[str, Any]:
    """The report for programs. `scanned` is the number of files whose comments were read, null where none were."""
    return {
        "schema_version": VERSION,
        "tree": found.tree,
        "sources": list(found.sources),
        "scanned": None if found.scanned < 0 else found.scanned,
        "unread": list(found.unread),
        "counts": {severity.value: count for severity, count in found.by_severity().items()},
        "new": found.new,
        "findings": [{**asdict(each), "severity": each.severity.value} for each in found.rows],
        "gone": [{"id": each.id, "file": each.file, "words": each.words, "issue": each.issue} for each in found.gone],
    }
