"""A journal as one file for other clones: it reads back, and whatever is done to it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.bundle import Bundle, read_bundle
from laneshift.evidence.canonical import digest_of
from laneshift.evidence.chain import check

from .values import filled

_TEXTS = ["", "text\n", '{"seal":"inside"}\n{"evidence":"inside"}', "ä\u2028"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    journal = filled(tmp_path_factory.mktemp("journal") / "journal.sqlite", 5)
    evidence = {digest_of(text.encode()): text.encode() for text in _TEXTS}
    found = Bundle(journal.records(), evidence, "a seal\nof lines\n")
    journal.close()
    return found


def test_it_reads_back(bundle: Bundle) -> None:
    assert read_bundle(bundle.written()) == bundle
    bare = Bundle(bundle.records)
    assert read_bundle(bare.written()) == bare
    assert read_bundle(b"") == Bundle([])


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.data())
def test_no_byte_can_be_changed_or_dropped_without_a_finding(bundle: Bundle, data: st.DataObject) -> None:
    written = bytearray(bundle.written())
    at = data.draw(st.integers(0, len(written.partition(b'{"seal"')[0]) - 1))
    if data.draw(st.booleans()):
        del written[at]
    else:
        written[at] ^= data.draw(st.integers(1, 255))
    found = read_bundle(bytes(written))
    lost = bundle.evidence.keys() - found.evidence.keys()
    assert found.faults or check(found.records, unreadable=found.unreadable) or lost


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"seal":"another"}\n', "more than one seal"),
        (b'{"seal":1}\n', "neither evidence nor a seal"),
        (b'{"seal": "blank"}\n', "not canonical"),
        (b'{"evidence":"sha256:0","text":""}\n', "neither evidence nor a seal"),
        (b"nonsense\n", "line 11"),
        (b'{"seal":"cut"}', "has no end"),
    ],
)
def test_lines_after_the_records_are_judged(bundle: Bundle, line: bytes, told: str) -> None:
    assert any(told in fault for fault in read_bundle(bundle.written() + line).faults)


def test_evidence_under_another_digest_is_told_and_not_given(bundle: Bundle) -> None:
    one, other = digest_of(b"text\n"), digest_of(b"other")
    found = read_bundle(bundle.written().replace(one.encode(), other.encode()))
    assert other not in found.evidence
    assert any(f"not what {other} covers" in fault for fault in found.faults)


def test_a_record_among_the_evidence_is_no_record(bundle: Bundle, tmp_path: Path) -> None:
    lines = bundle.written().splitlines(keepends=True)
    moved = b"".join([*lines[:4], *lines[5:], lines[4]])
    assert read_bundle(moved).faults
