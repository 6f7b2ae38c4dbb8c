"""Statements: read back only as they were written, and never saying more than was seen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.attestations.predicates import PROVENANCE, stamp
from laneshift.evidence.attestations.predicates import test_result as result_of
from laneshift.evidence.attestations.statement import Statement, Subject, read_statement

from .published import conforms

_LOG = Subject("log", {"sha256": "0" * 64})
_TIP = Subject("refs/heads/main", {"gitCommit": "1" * 40, "gitTree": "2" * 40})
_ONE = Statement([_TIP], PROVENANCE, {"buildDefinition": {"buildType": "urn:a:b"}, "runDetails": {}})


@pytest.mark.parametrize(
    ("warned", "failed", "result"), [([], [], "PASSED"), (["b"], [], "WARNED"), (["b"], ["c"], "FAILED")]
)
def test_a_result_is_as_bad_as_its_worst_test(warned: list[str], failed: list[str], result: str) -> None:
    said = result_of([_TIP], ["a"], warned, failed, _LOG)
    assert conforms(said.payload())["result"] == result


def test_it_reads_back() -> None:
    found = read_statement(_ONE.payload())
    assert found.payload() == _ONE.payload()


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(0, len(_ONE.payload()) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_is_another_statement(at: int, bits: int) -> None:
    data = bytearray(_ONE.payload())
    data[at] ^= bits
    try:
        found = read_statement(bytes(data))
    except ValueError:
        return
    assert found.payload() == bytes(data)
    assert found.payload() != _ONE.payload()


@pytest.mark.parametrize(
    "changes",
    [
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"subject": []},
        {"subject": [{"name": "a"}]},
        {"subject": [{"name": "a", "digest": {}}]},
        {"subject": [{"name": "a", "digest": {"md5": "0" * 32}}]},
        {"subject": [{"name": "a", "digest": {"sha256": "0" * 63}}]},
        {"subject": [{"name": 1, "digest": {"sha256": "0" * 64}}]},
        {"predicate": []},
        {"predicateType": 1},
        {"more": 1},
    ],
)
def test_what_is_no_statement_is_refused(changes: dict[str, object]) -> None:
    fields = json.loads(_ONE.payload()) | changes
    with pytest.raises(ValueError, match=r"."):
        read_statement(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())


def test_times_are_utc_to_the_second() -> None:
    assert stamp(1_700_000_000_999) == "2023-11-14T22:13:20Z"
