"""Bills as CycloneDX: valid by its own schema, the same bytes each time, and honest about what was not looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.reports.sbom.document import as_bytes, document
from laneshift.reports.sbom.model import Component, Licence, Sbom, Subject
from laneshift.reports.sbom.pages import html, markdown
from tests.reports.sbom.bills import CLICK, FULL, problem


def test_every_part_is_valid_and_the_same_bytes_twice() -> None:
    made = document(FULL)
    assert problem(made) == ""
    assert as_bytes(FULL) == as_bytes(replace(FULL, components=tuple(FULL.components)))
    assert made["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert made["components"][0] == {
        "type": "library",
        "bom-ref": "pkg:pypi/click@8.1.0",
        "name": "click",
        "version": "8.1.0",
        "purl": "pkg:pypi/click@8.1.0",
        "scope": "required",
        "licenses": [{"expression": "BSD-3-Clause"}],
        "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
        "properties": [{"name": "laneshift:named-in", "value": "uv.lock"}],
    }
    assert made["vulnerabilities"][0]["ratings"] == [{"severity": "medium"}]


@pytest.mark.parametrize(
    "change",
    [
        {"when": 1_700_000_001},
        {"looked": None},
        {"excluded": ()},
        {"components": FULL.components[:2]},
        {"subject": replace(FULL.subject, facts=(("tree", "1" * 40),))},
    ],
)
def test_another_content_has_another_serial_number(change: dict[str, Any]) -> None:
    other = document(replace(FULL, **change))
    assert problem(other) == ""
    assert other["serialNumber"] != document(FULL)["serialNumber"]


def test_what_was_not_looked_at_and_what_is_clean_are_not_told_alike() -> None:
    assert FULL.looked is not None
    unlooked, clean = replace(FULL, looked=None), replace(FULL, looked=replace(FULL.looked, findings=()))
    assert "vulnerabilities" not in document(unlooked)
    assert document(clean)["vulnerabilities"] == []
    assert {"name": "laneshift:vulnerabilities", "value": "not run"} in document(unlooked)["metadata"]["properties"]
    for page in (markdown, html):
        assert "not run" in page(unlooked)
        assert "not run" not in page(clean)
        assert "0 found" in page(clean)
    assert [each.passes for each in (FULL, unlooked, clean)] == [False, True, True]


def test_unknown_edges_are_said_to_be_unknown() -> None:
    made = document(replace(FULL, edges=None))
    assert problem(made) == ""
    assert "dependencies" not in made
    assert made["compositions"] == [{"aggregate": "unknown", "dependencies": ["laneshift:subject"]}]


_WORDS = st.text(max_size=12)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(name=st.text(min_size=1, max_size=12), version=_WORDS, origin=_WORDS, licence=_WORDS, said=_WORDS)
def test_no_text_makes_a_document_that_is_not_valid(
    name: str, version: str, origin: str, licence: str, said: str
) -> None:
    part = Component(name, version, origin, licence=Licence(name=licence), said=(said,) if said else ())
    bill = Sbom(Subject("repository", name, version), (part,), notes=(said,))
    made = document(bill)
    assert problem(made) == ""
    assert json.loads(as_bytes(bill)) == made


def test_the_validator_would_notice() -> None:
    made = document(FULL)
    bad = made["components"][0] | {"hashes": [{"alg": "CRC", "content": "0"}]}
    assert "CRC" in problem(made | {"components": [bad]})
    assert problem(made | {"serialNumber": "urn:uuid:none"}) != ""
    assert problem(made | {"metadata": {"timestamp": "yesterday"}}) != ""


def test_pages_show_hostile_names_as_text() -> None:
    bad = replace(CLICK, name="<script>|[x](y)\n# head", said=("a\x1b[2J",))
    bill = replace(FULL, components=(bad,), notes=("<img src=x>",))
    for text in (markdown(bill), html(bill)):
        assert "<script>" not in text
        assert "<img" not in text
        assert "\x1b" not in text
        assert "\n# head" not in text
    assert "](y)" not in markdown(bill)


def test_packages_are_escaped_in_package_urls() -> None:
    found = Component("a", "1.0+local!2", "https://example.org/a?b&c")
    assert found.purl == "pkg:pypi/a@1.0%2Blocal%212?download_url=https%3A%2F%2Fexample.org%2Fa%3Fb%26c"
    assert Component("a", "", "git+ssh://example.org/a").purl == "pkg:pypi/a?vcs_url=git%2Bssh%3A%2F%2Fexample.org%2Fa"
