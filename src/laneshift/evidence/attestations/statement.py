"""in-toto Statement, version 1: some subjects, and what is said of them. Pure.

Format: in-toto attestation framework, spec/v1/statement. Digests of git objects: `gitCommit`, `gitTree`, `gitBlob`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from laneshift.evidence.canonical import Json, canonical, parse

TYPE = "https://in-toto.io/Statement/v1"
_HEX = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_DIGESTS = frozenset({"gitBlob", "gitCommit", "gitTree", "sha256"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: a name, and digests by algorithm (`gitCommit`, `sha256`, …) in hex."""

    name: str
    digest: Mapping[str, str]

    def as_json(self) -> dict[str, Json]:
        """A ResourceDescriptor."""
        return {"name": self.name, "digest": dict(self.digest)}


@dataclass(frozen=True, slots=True)
class Statement:
    """Subjects, the type of what is said, and what is said."""

    subjects: Sequence[Subject]
    predicate_type: str
    predicate: Mapping[str, Json]

    def payload(self) -> bytes:
        """The statement as RFC 8785 canonical JSON."""
        return canonical(
            {
                "_type": TYPE,
                "subject": [subject.as_json() for subject in self.subjects],
                "predicateType": self.predicate_type,
                "predicate": self.predicate,
            }
        )


def read_statement(payload: bytes) -> Statement:
    """The statement in a payload. Raises `ValueError` when it is none, or is not in canonical form."""
    fields = parse(payload)
    if not isinstance(fields, dict) or fields.keys() != {"_type", "subject", "predicateType", "predicate"}:
        raise ValueError("a statement has a _type, subjects, a predicateType and a predicate")
    subjects, kind, predicate = fields["subject"], fields["predicateType"], fields["predicate"]
    if fields["_type"] != TYPE or not isinstance(kind, str) or not isinstance(predicate, dict):
        raise ValueError(f"a statement is of type {TYPE}, and says something")
    if not isinstance(subjects, list) or not subjects:
        raise ValueError("a statement is about something")
    found = Statement([_subject(each) for each in subjects], kind, predicate)
    if found.payload() != payload:
        raise ValueError("the statement is not in canonical form")
    return found


def _subject(fields: Json) -> Subject:
    if not isinstance(fields, dict) or fields.keys() != {"name", "digest"} or not isinstance(fields["name"], str):
        raise ValueError("a subject has a name and a digest")
    digest = fields["digest"]
    if not isinstance(digest, dict) or not digest or not digest.keys() <= _DIGESTS:
        raise ValueError(f"a subject has digests among {', '.join(sorted(_DIGESTS))}")
    if not all(isinstance(value, str) and _HEX.fullmatch(value) for value in digest.values()):
        raise ValueError("a digest is 40 or 64 hexadecimal digits")
    return Subject(fields["name"], digest)
