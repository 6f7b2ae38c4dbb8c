"""Versions against advisories: the boundaries of ranges, and what nobody can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from laneshift.errors import Refused
from laneshift.reports.sbom.model import Component
from laneshift.reports.sbom.osv import advisory_of, findings
from laneshift.reports.sbom.osv_folder import look


def record(*events: dict[str, str], versions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    package = {"ecosystem": "PyPI", "name": "Some_Package"}
    affected = [{"package": package, "ranges": ranges, "versions": list(versions)}]
    return {"id": "PYSEC-2024-1", "summary": "bad", "affected": affected, **more}


def judged(document: dict[str, Any], version: str) -> str:
    """`hit`, `clean`, or why nobody can tell."""
    advisory = advisory_of(json.dumps(document).encode())
    found = findings([Component("some-package", version)], [advisory] if advisory else [])
    return (found[0].why or "hit") if found else "clean"


BETWEEN = ({"introduced": "1.0"}, {"fixed": "1.5"})
TWICE = ({"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"last_affected": "2.3"})


@pytest.mark.parametrize(
    ("events", "version", "answer"),
    [
        (BETWEEN, "0.9", "clean"),
        (BETWEEN, "1.0", "hit"),
        (BETWEEN, "1.0rc1", "clean"),
        (BETWEEN, "1.4.99", "hit"),
        (BETWEEN, "1.5rc1", "hit"),
        (BETWEEN, "1.5", "clean"),
        (BETWEEN, "1.5.0", "clean"),
        (BETWEEN, "1!1.2", "clean"),
        (BETWEEN, "1.2+local", "hit"),
        (TWICE, "0.0.dev1", "hit"),
        (TWICE, "1.2", "clean"),
        (TWICE, "1.9", "clean"),
        (TWICE, "2.0", "hit"),
        (TWICE, "2.3", "hit"),
        (TWICE, "2.3.post1", "clean"),
        (tuple(reversed(TWICE)), "2.1", "hit"),
        (({"introduced": "1"}, {"fixed": "2"}, {"introduced": "2"}), "2", "hit"),
        (({"introduced": "2"}, {"fixed": "2"}, {"introduced": "1"}), "2", "hit"),
        (({"introduced": "3.0"},), "99", "hit"),
    ],
)
def test_ranges(events: tuple[dict[str, str], ...], version: str, answer: str) -> None:
    assert judged(record(*events), version) == answer


def test_single_versions_count_however_they_are_written() -> None:
    listed = record(versions=("1.0", "not-a-version", "2004d"))
    assert [judged(listed, version) for version in ("1.0.0", "1.1", "2004d")] == ["hit", "clean", "hit"]


@pytest.mark.parametrize(
    ("document", "version", "why"),
    [
        (record(*BETWEEN), "", "no version of it is pinned"),
        (record(*BETWEEN), "2004d-", "its version is not one of PEP 440"),
        (record(), "1.0", "the advisory names no versions"),
        (record({"introduced": "oops"}), "1.0", "the advisory has a version that is not one of PEP 440"),
    ],
)
def test_what_nobody_can_tell_is_told(document: dict[str, Any], version: str, why: str) -> None:
    assert judged(document, version) == why


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_a_range_holds_what_lies_between(numbers: list[int]) -> None:
    start, end, version = (f"{number // 10}.{number % 10}" for number in (*sorted(numbers[:2]), numbers[2]))
    inside = Version(start) <= Version(version) < Version(end)
    found = judged(record({"introduced": start}, {"fixed": end}), version)
    assert start == end or found == ("hit" if inside else "clean")


def test_other_ecosystems_other_names_and_withdrawn_ones_say_nothing() -> None:
    npm = record(*BETWEEN)
    npm["affected"][0]["package"]["ecosystem"] = "npm"
    assert judged(npm, "1.2") == "clean"
    assert judged(record(*BETWEEN, withdrawn="2024-01-01T00:00:00Z"), "1.2") == "clean"
    other = advisory_of(json.dumps(record(*BETWEEN)).encode())
    assert other is not None
    assert findings([Component("another", "1.2")], [other]) == ()


def test_a_folder_is_read_whole_and_its_digest_is_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "one.json").write_text(json.dumps(record(*BETWEEN)))
    (tmp_path / "deep/two.json").write_text(json.dumps(record(*BETWEEN) | {"id": "GHSA-2", "aliases": ["CVE-9"]}))
    (tmp_path / "README.md").write_text("not an advisory")
    part = (Component("some-package", "1.2"), Component("other", "1.0"))
    found = look(tmp_path, part)
    assert found.advisories == 2
    assert [(each.id, each.purl, each.fixed) for each in found.findings] == [
        ("GHSA-2", "pkg:pypi/some-package@1.2", ("1.5",)),
        ("PYSEC-2024-1", "pkg:pypi/some-package@1.2", ("1.5",)),
    ]
    assert look(tmp_path, part) == found
    (tmp_path / "one.json").write_text(json.dumps(record(*BETWEEN)) + "\n")
    assert look(tmp_path, part).digest != found.digest


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"\xff",
        b'{"id": "X"}',
        b'{"affected": []}',
        b"[" * 100_000,
        json.dumps(record({"introduced": "1"}, {"vanished": "2"})).encode(),
        json.dumps({"id": "X", "affected": [{"package": {"ecosystem": "PyPI"}}]}).encode(),
        b" " * ((4 << 20) + 1),
    ],
)
def test_a_file_that_is_no_advisory_is_never_a_clean_answer(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "good.json").write_text(json.dumps(record(*BETWEEN)))
    (tmp_path / "bad.json").write_bytes(data)
    with pytest.raises(Refused) as caught:
        look(tmp_path, ())
    assert caught.value.code == "sbom.bad-advisory"
    assert [fault.where for fault in caught.value.faults] == [str(tmp_path / "bad.json")]


def test_no_advisories_are_no_clean_answer(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/one.json").write_text(json.dumps(record(*BETWEEN)))
    (tmp_path / "here").mkdir()
    (tmp_path / "here/link.json").symlink_to(tmp_path / "elsewhere/one.json")
    for folder in (tmp_path / "here", tmp_path / "missing"):
        with pytest.raises(Refused) as caught:
            look(folder, ())
        assert caught.value.code == "sbom.no-advisories"
