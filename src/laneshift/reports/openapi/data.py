"""A comparison as plain data, in the shape of `openapi.schema.json`. Pure."""

from __future__ import annotations

from typing import Any

from laneshift.reports.openapi.comparing import Compared
from laneshift.reports.openapi.model import Document, Finding, Verdict

VERSION = "1.0"


def data(found: Compared) -> dict[str, Any]:
    """The report for programs."""
    return {
        "schema_version": VERSION,
        "old": _document(found.old, found.operations[0]),
        "new": _document(found.new, found.operations[1]),
        "version_step": found.step.value,
        "counts": {verdict.value: len(found.of(verdict)) for verdict in Verdict},
        "unsure_passes": found.unsure_passes,
        "remarks": list(found.remarks),
        "findings": [_finding(each) for each in found.findings],
        "passes": found.passes,
    }


def _document(document: Document, operations: int) -> dict[str, Any]:
    dialect = str(document.data.get("openapi", ""))
    return {
        "name": document.name,
        "title": document.title,
        "version": document.version,
        "openapi": dialect,
        "operations": operations,
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "verdict": found.verdict.value,
        "kind": found.kind.value,
        "code": found.code,
        "where": found.where,
        "text": found.text,
        "used_by": list(found.used_by),
    }
