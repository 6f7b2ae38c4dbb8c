"""Manifests of schema 1.1.0 become ones of this version; nothing that they said is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.document import NotReadableError, members_of, split
from laneshift.manifests.migrating import migrated
from laneshift.manifests.validator import complaints, is_valid
from tests.manifests.drawn import TEXT, manifests

OLD = """{
  "schema_version": "1.1.0",
  "module": {
    "name": "labs.memory",
    "path": "labs/memory",
    "type": "package",
    "colony": null,
    "lane": "labs"
  },
  "matriz_integration": {"status": "partial", "pipeline_nodes": ["memory"], "cognitive_function": ""},
  "constellation_alignment": {
    "primary_star": "Trail (Memory)",
    "star_aliases": [],
    "trinity_aspects": [ "\\u26db",   "B" ]
  },
  "capabilities": [],
  "dependencies": {"internal": [], "external": ["requests>=2"], "circular_dependencies": []},
  "exports": {"classes": [], "functions": [], "constants": []},
  "testing": {"has_tests": false, "test_paths": [], "quality_tier": "T4_experimental"},
  "observability": {"logging": {"logger_name": "labs.memory", "default_level": "INFO"}},
  "metadata": {
    "created": "2025-10-05T14:56:00Z",
    "manifest_generated": true,
    "owner": "ada",
    "documentation_url": "",
    "tags": []
  },
  "_provenance": {"apis": {"confidence":  1.50}}
}
"""


def test_an_older_manifest_becomes_a_valid_one_and_keeps_what_it_said() -> None:
    data = migrated(OLD.encode())
    value = json.loads(data)
    assert is_valid(value), list(complaints(value))
    assert value["extensions"] == {
        "constellation_alignment.trinity_aspects": ["\u26db", "B"],
        "metadata.manifest_generated": True,
        "_provenance": {"apis": {"confidence": 1.5}},
    }
    assert "colony" not in value["module"]
    assert (value["metadata"]["owner"], value["testing"]["quality_tier"]) == ("ada", "T4_experimental")
    for kept in ('[ "\\u26db",   "B" ]', '{"apis": {"confidence":  1.50}}', '"cognitive_function": ""'):
        assert kept in data.decode()
    assert migrated(data) == data


@pytest.mark.parametrize("version", ["1.3.0", "", None, 1.1, "2.0.0"])
def test_a_version_that_is_not_known_is_refused(version: Any) -> None:
    with pytest.raises(NotReadableError, match="cannot be migrated"):
        migrated(json.dumps({"schema_version": version}).encode())


@settings(derandomize=True, max_examples=100, deadline=None)
@given(manifests(), st.dictionaries(TEXT.map(lambda text: f"x{text}"), TEXT, max_size=3))
def test_every_value_of_an_older_manifest_is_still_there_byte_for_byte(data: bytes, more: dict[str, str]) -> None:
    before, text, after = split(data.replace(b'"1.2.0"', b'"1.1.0"'))
    extra = "".join(f",{json.dumps(name)}:{json.dumps(value)}" for name, value in more.items())
    older = f"{before}{text[:-1]}{extra}}}{after}".encode()
    done = split(migrated(older))[1]
    for raw in leaves(split(older)[1]):
        assert raw in ('"1.1.0"', "null", '""') or raw in done
    assert migrated(migrated(older)) == migrated(older)


def leaves(text: str) -> list[str]:
    """The text of every value that is no object, at any depth."""
    found = []
    for member in members_of(text):
        found += leaves(member.value) if member.value.startswith("{") else [member.value]
    return found
