"""What a person signs: one value that names the plan, its pins, its canary, the repository, the person and the time.

The digest of its canonical JSON is what every method of approval signs: SSH signs the text of the digest under
`NAMESPACE`, a passkey takes its 32 bytes as the challenge. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from laneshift.config import is_principal
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical, digest, is_digest, plain

NAMESPACE = "laneshift-approval"
"""The namespace of SSH signatures, so that a signature over the same bytes for another purpose approves nothing."""

TYPE = "laneshift/approval/v1"
METHODS = ("ssh", "passkey")

_LATEST = 2**53 - 1
_LONGEST_NAME = 1000
_LARGEST_PROOF = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Subject:
    """What is approved, by whom and for how long. Times are unix seconds; `plan`, `pins` and `canary` are digests."""

    repository: str
    plan: str
    pins: str
    canary: str
    approver: str
    made: int
    expires: int

    def as_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes an equal subject."""
        return {"type": TYPE, **asdict(self)}

    @classmethod
    def from_json(cls, value: Any) -> Subject:
        """Read a subject strictly. Raises `Refused` (`approval.unreadable`) for anything that `as_json` never gives."""
        names = tuple(cls.__dataclass_fields__)
        if not isinstance(value, Mapping) or set(value) != {"type", *names} or value["type"] != TYPE:
            raise _unreadable(f"its subject is not of the type {TYPE}")
        subject = cls(**{name: value[name] for name in names})
        problem = _problem(subject)
        if problem:
            raise _unreadable(problem)
        return subject

    @property
    def digest(self) -> str:
        """`sha256:` and 64 hexadecimal digits over the canonical JSON: what stands for the whole subject."""
        return digest(self.as_json())

    @property
    def signed(self) -> bytes:
        """The bytes that SSH signs: the digest as text, without a line end."""
        return self.digest.encode("ascii")

    @property
    def challenge(self) -> bytes:
        """The 32 bytes that a passkey signs: the same digest, raw."""
        return bytes.fromhex(self.digest.removeprefix("sha256:"))


@dataclass(frozen=True, slots=True)
class Envelope:
    """A subject with the proof that its approver agreed.

    An SSH proof is `{"signature": armored text}`, that of a passkey what `Assertion.as_proof` gives.
    """

    subject: Subject
    method: str
    proof: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Plain data, from which `from_json` makes an equal envelope."""
        return {"subject": self.subject.as_json(), "method": self.method, "proof": dict(self.proof)}

    @classmethod
    def from_json(cls, value: Any) -> Envelope:
        """Read an envelope that may come from anywhere.

        Raises `Refused`: `approval.unknown-method` for a proof that nothing here can check, `approval.unreadable` for
        what is no envelope.
        """
        if not isinstance(value, Mapping) or set(value) != {"subject", "method", "proof"}:
            raise _unreadable("it has not exactly a subject, a method and a proof")
        subject, method = Subject.from_json(value["subject"]), value["method"]
        if method not in METHODS:
            known = ", ".join(METHODS)
            raise Refused(
                "approval.unknown-method", f"no method is called {str(method)[:40]!r}", cure=f"known: {known}"
            )
        return cls(subject, method, _proof(method, value["proof"]))


def _proof(method: str, proof: Any) -> dict[str, Any]:
    try:
        exact = plain(proof)
        size = len(canonical(exact))
    except Refused as error:
        raise _unreadable(f"its proof is {error.what}") from error
    if not isinstance(exact, dict) or not exact or size > _LARGEST_PROOF:
        raise _unreadable(f"its proof is no object of at most {_LARGEST_PROOF} bytes")
    if method == "ssh" and (set(exact) != {"signature"} or not isinstance(exact["signature"], str)):
        raise _unreadable("its proof is no SSH signature")
    return exact


def _problem(subject: Subject) -> str:
    """What keeps the fields from being those of an approval; they may be of any type still."""
    for name in ("plan", "pins", "canary"):
        if not is_digest(getattr(subject, name)):
            return f"`{name}` is no digest"
    name = subject.repository
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        return "`repository` does not name one"
    if not isinstance(subject.approver, str) or not is_principal(subject.approver):
        return "`approver` does not name a person"
    if type(subject.made) is not int or type(subject.expires) is not int:
        return "its times are no whole seconds"
    return "" if 0 <= subject.made < subject.expires <= _LATEST else "it does not end after it began"


def _unreadable(why: str) -> Refused:
    return Refused("approval.unreadable", "this is no approval", why=why, cure="make it with `laneshift approve`")
