"""What laneshift says of a landing: where it comes from, what its tests gave, and what was verified. Pure.

Formats: SLSA provenance v1, in-toto test-result v0.1, SLSA verification summary v1. A key on somebody's own machine
proves no SLSA build level, so none is claimed: the levels are laneshift's own words for what was verified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from laneshift.evidence.attestations.statement import Statement, Subject
from laneshift.evidence.canonical import Json

PROVENANCE = "https://slsa.dev/provenance/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
LANDING = "urn:laneshift:landing:v1"
"""The build type: a landing, whose tree follows from base, intents, rules and version of laneshift alone."""
LEVELS = ("SLSA_BUILD_LEVEL_UNEVALUATED", "LANESHIFT_SUITE_PASSED_ON_THIS_TREE", "LANESHIFT_TREE_FOLLOWS_FROM_INTENTS")
_SLSA_VERSION = "1.1"


@dataclass(frozen=True, slots=True)
class Made:
    """How something was made. Times are Unix milliseconds; `base` and `evidence` are what it was made from.

    `parameters` are what a person asked for, `inner` what laneshift added: both together give the result.
    """

    builder: str
    tool: str
    invocation: str
    started: int
    finished: int
    parameters: Mapping[str, Json]
    inner: Mapping[str, Json]
    base: Subject
    byproducts: Sequence[Subject] = field(default=())


def provenance(subjects: Sequence[Subject], made: Made) -> Statement:
    """SLSA provenance v1."""
    definition: dict[str, Json] = {
        "buildType": LANDING,
        "externalParameters": dict(made.parameters),
        "internalParameters": dict(made.inner),
        "resolvedDependencies": [made.base.as_json()],
    }
    details: dict[str, Json] = {
        "builder": {"id": made.builder, "version": {"laneshift": made.tool}},
        "metadata": {
            "invocationId": made.invocation,
            "startedOn": stamp(made.started),
            "finishedOn": stamp(made.finished),
        },
        "byproducts": [each.as_json() for each in made.byproducts],
    }
    return Statement(subjects, PROVENANCE, {"buildDefinition": definition, "runDetails": details})


def test_result(
    subjects: Sequence[Subject], passed: Sequence[str], warned: Sequence[str], failed: Sequence[str], log: Subject
) -> Statement:
    """in-toto test-result v0.1. `warned` are tests that were red once, or red on the base already."""
    predicate: dict[str, Json] = {
        "result": "FAILED" if failed else "WARNED" if warned else "PASSED",
        "configuration": [log.as_json()],
        "passedTests": sorted(passed),
        "warnedTests": sorted(warned),
        "failedTests": sorted(failed),
    }
    return Statement(subjects, TEST_RESULT, predicate)


def summary(
    subjects: Sequence[Subject], verifier: str, at: int, uri: str, policy: str, inputs: Mapping[str, str]
) -> Statement:
    """SLSA verification summary v1. `policy` is the digest of the settings; `inputs` are payload digests by name."""
    predicate: dict[str, Json] = {
        "verifier": {"id": verifier},
        "timeVerified": stamp(at),
        "resourceUri": uri,
        "policy": {"uri": "urn:laneshift:settings", "digest": {"sha256": policy.removeprefix("sha256:")}},
        "inputAttestations": [
            {"uri": name, "digest": {"sha256": inputs[name].removeprefix("sha256:")}} for name in sorted(inputs)
        ],
        "verificationResult": "PASSED",
        "verifiedLevels": list(LEVELS),
        "slsaVersion": _SLSA_VERSION,
    }
    return Statement(subjects, SUMMARY, predicate)


def stamp(at: int) -> str:
    """Unix milliseconds as RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
