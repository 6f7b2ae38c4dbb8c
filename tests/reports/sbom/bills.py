"""Bills for tests, and CycloneDX's own judgement of a document."""

from __future__ import annotations

import json
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from laneshift.reports.sbom.model import Component, Finding, Licence, Looked, Sbom, Source, Subject

_VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)
DIGEST = "ab" * 32
CLICK = Component(
    "click",
    "8.1.0",
    hashes=(("SHA-256", DIGEST),),
    licence=Licence("BSD-3-Clause"),
    said=("uv.lock",),
    scope="required",
)
LOOSE = Component("requests", licence=Licence(name="Apache or so"), said=("pyproject.toml: project.dependencies >=2",))
OWN_GIT = Component("tool", origin="git+https://example.org/tool@abc", scope="optional")
FULL = Sbom(
    Subject("repository", "acme", "1.0", Licence("MIT"), (("tree", "0" * 40),)),
    (CLICK, LOOSE, OWN_GIT),
    (("", (CLICK.purl,)), (CLICK.purl, ())),
    (Source("uv.lock", "uv", DIGEST, 3, 1),),
    ("docs/requirements.txt",),
    ("setup.py: not read, it is code",),
    1_700_000_000,
    Looked(
        3,
        "sha256:" + DIGEST,
        (
            Finding("PYSEC-1", CLICK.purl, ("CVE-1",), "a summary", "MODERATE", ("8.2",)),
            Finding("PYSEC-2", LOOSE.purl, why="no version of it is pinned"),
        ),
    ),
)


def problem(document: dict[str, Any]) -> str:
    """What CycloneDX's schema has against a document; empty where it has nothing."""
    found = _VALIDATOR.validate_str(json.dumps(document))
    return "" if found is None else repr(found)
