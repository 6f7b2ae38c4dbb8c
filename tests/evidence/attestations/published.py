"""The published definitions of in-toto and SLSA, as their own package has them: what it cannot read is not one."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf.json_format import Parse
from google.protobuf.message import Message
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult
from in_toto_attestation.predicates.vsa.v1.vsa_pb2 import VerificationSummary
from in_toto_attestation.v1.statement import Statement

from laneshift.evidence.attestations.predicates import PROVENANCE, SUMMARY, TEST_RESULT

_PREDICATES: dict[str, type[Message]] = {
    PROVENANCE: Provenance,
    TEST_RESULT: TestResult,
    SUMMARY: VerificationSummary,
}


def conforms(payload: bytes) -> dict[str, Any]:
    """The predicate of a statement. Raises for a statement or a predicate with a field too many, or a wrong one."""
    fields: dict[str, Any] = json.loads(payload)
    statement = Statement.copy_from_pb(Parse(payload, _empty()))
    statement.validate()
    predicate: dict[str, Any] = dict(fields["predicate"])
    Parse(json.dumps(_as_packaged(predicate)), _PREDICATES[fields["predicateType"]]())
    return predicate


def _as_packaged(predicate: dict[str, Any]) -> dict[str, Any]:
    """SLSA's text has a list of levels, and the package's definition a single one."""
    levels = predicate.get("verifiedLevels")
    if levels is None:
        return predicate
    assert isinstance(levels, list)
    assert levels
    assert all(isinstance(level, str) for level in levels)
    return {**predicate, "verifiedLevels": levels[0]}


def _empty() -> Message:
    found: Message = Statement([], "", {}).pb
    found.Clear()
    return found
