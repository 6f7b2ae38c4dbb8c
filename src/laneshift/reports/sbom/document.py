"""A bill of materials as CycloneDX 1.6 JSON: the same bill is the same bytes. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from laneshift import __version__
from laneshift.reports.sbom.model import Component, Finding, Licence, Sbom

NOT_RUN = "not run"
_SUBJECT = "laneshift:subject"
_RATINGS = {"critical": "critical", "high": "high", "moderate": "medium", "medium": "medium", "low": "low"}


def document(bill: Sbom) -> dict[str, Any]:
    """Plain data. Its serial number is made from all the rest, its time is `bill.when`."""
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": _metadata(bill),
        "components": [_component(each) for each in bill.components],
        **_graph(bill),
    }
    if bill.looked is not None:
        made["vulnerabilities"] = _vulnerabilities(bill.looked.findings)
    digest = sha256(json.dumps(made, sort_keys=True).encode()).digest()
    return {"serialNumber": f"urn:uuid:{UUID(bytes=digest[:16], version=5)}", **made}


def as_bytes(bill: Sbom) -> bytes:
    """The file."""
    return (json.dumps(document(bill), indent=2, sort_keys=True) + "\n").encode()


def _metadata(bill: Sbom) -> dict[str, Any]:
    subject = bill.subject
    about: dict[str, Any] = {"type": "application", "bom-ref": _SUBJECT, "name": subject.name}
    if subject.version:
        about["version"] = subject.version
    looked = NOT_RUN
    if bill.looked is not None:
        looked = f"{bill.looked.advisories} advisories, {bill.looked.digest}"
    facts = [
        ("laneshift:about", subject.kind),
        *((f"laneshift:{name}", value) for name, value in subject.facts),
        *(("laneshift:source", f"{each.path} ({each.kind}, sha256:{each.sha256})") for each in bill.sources),
        *(("laneshift:excluded", path) for path in bill.excluded),
        *(("laneshift:note", note) for note in bill.notes),
        ("laneshift:vulnerabilities", looked),
    ]
    made: dict[str, Any] = {
        "component": about | _licences(subject.licence),
        "tools": {"components": [{"type": "application", "name": "laneshift", "version": __version__}]},
        "properties": _properties(facts),
    }
    if bill.when is not None:
        made["timestamp"] = datetime.fromtimestamp(bill.when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return made


def _component(component: Component) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "purl": component.purl,
        **_licences(component.licence),
    }
    if component.version:
        made["version"] = component.version
    if component.scope:
        made["scope"] = component.scope
    if component.hashes:
        made["hashes"] = [{"alg": name, "content": digits} for name, digits in component.hashes]
    if component.said:
        made["properties"] = _properties([("laneshift:named-in", each) for each in component.said])
    return made


def _licences(licence: Licence) -> dict[str, Any]:
    if licence.expression:
        return {"licenses": [{"expression": licence.expression}]}
    return {"licenses": [{"license": {"name": licence.name}}]} if licence.name else {}


def _graph(bill: Sbom) -> dict[str, Any]:
    """The edges, or that they are not known: to say nothing would read as if nothing needed anything."""
    if bill.edges is None:
        return {"compositions": [{"aggregate": "unknown", "dependencies": [_SUBJECT]}]}
    return {"dependencies": [{"ref": start or _SUBJECT, "dependsOn": [*goals]} for start, goals in bill.edges]}


def _vulnerabilities(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [
        {
            "bom-ref": f"{each.id} {each.purl}",
            "id": each.id,
            "source": {"name": "OSV", "url": f"https://osv.dev/vulnerability/{each.id}"},
            "ratings": [{"severity": _RATINGS.get(each.severity.lower(), "unknown")}],
            "description": each.summary,
            "affects": [{"ref": each.purl}],
            "properties": _properties(
                [
                    *(("laneshift:alias", alias) for alias in each.aliases),
                    *(("laneshift:fixed-in", version) for version in each.fixed),
                    ("laneshift:judged", each.why or "affected"),
                ]
            ),
        }
        for each in findings
    ]


def _properties(facts: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in facts]
