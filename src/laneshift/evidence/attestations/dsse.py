"""Dead Simple Signing Envelope, version 1: what is signed is the payload with its type, never JSON around it. Pure."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass

from laneshift.evidence.canonical import Json
from laneshift.evidence.keys.port import Ring, Signer

IN_TOTO = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and one signature by the key `key_id`."""

    payload: bytes
    payload_type: str
    key_id: str
    signature: bytes

    def as_json(self) -> dict[str, Json]:
        """The envelope in its JSON form."""
        return {
            "payload": b64encode(self.payload).decode("ascii"),
            "payloadType": self.payload_type,
            "signatures": [{"keyid": self.key_id, "sig": b64encode(self.signature).decode("ascii")}],
        }

    def hold(self, ring: Ring, at: int) -> None:
        """Raises `KeyRefused` unless a key of `ring` that was good at `at` (Unix milliseconds) signed this."""
        ring.verify(self.key_id, encoded(self.payload_type, self.payload), self.signature, at)


def encoded(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: the bytes that a signature is over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def signed(payload: bytes, signer: Signer, payload_type: str = IN_TOTO) -> Envelope:
    """`payload` in an envelope that `signer` signed."""
    return Envelope(payload, payload_type, signer.key_id, signer.sign(encoded(payload_type, payload)))


def read_envelope(fields: Json) -> Envelope:
    """The envelope with this JSON form. Raises `ValueError` when it is none, or has not exactly one signature."""
    if not isinstance(fields, dict) or fields.keys() != {"payload", "payloadType", "signatures"}:
        raise ValueError("an envelope has a payload, a payloadType and signatures")
    signatures = fields["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise ValueError("an envelope of ours has one signature")
    one = signatures[0]
    if not isinstance(one, dict) or one.keys() != {"keyid", "sig"} or not isinstance(one["keyid"], str):
        raise ValueError("a signature has a keyid and a sig")
    kind = fields["payloadType"]
    if type(kind) is not str:
        raise ValueError("the payloadType is text")
    return Envelope(_unpacked(fields["payload"], "payload"), kind, one["keyid"], _unpacked(one["sig"], "sig"))


def _unpacked(text: Json, name: str) -> bytes:
    """Strictly: two spellings of one payload would be two digests of one attestation."""
    try:
        data = b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{name} is base64") from error
    if b64encode(data).decode("ascii") != text:
        raise ValueError(f"{name} is base64 in one spelling only")
    return data
