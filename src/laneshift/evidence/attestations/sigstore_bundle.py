"""Sigstore bundle 0.3 with a managed key: the form in which other tools take an envelope. Pure.

The bundle names its key and carries none: whoever verifies has the ring from elsewhere.
"""

from __future__ import annotations

from laneshift.evidence.attestations.dsse import Envelope, read_envelope
from laneshift.evidence.canonical import Json, canonical, parse

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"


def bundled(envelope: Envelope) -> bytes:
    """The bundle as canonical JSON."""
    return canonical(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": {"publicKey": {"hint": envelope.key_id}, "tlogEntries": []},
            "dsseEnvelope": envelope.as_json(),
        }
    )


def read_bundle(data: bytes) -> Envelope:
    """The envelope in a bundle. Raises `ValueError` for anything that `bundled` does not write.

    That a bundle could bring its own key or certificate is exactly what must not count.
    """
    fields: Json = parse(data)
    if not isinstance(fields, dict) or fields.keys() != {"mediaType", "verificationMaterial", "dsseEnvelope"}:
        raise ValueError("a bundle has a mediaType, verificationMaterial and a dsseEnvelope")
    envelope = read_envelope(fields["dsseEnvelope"])
    if bundled(envelope) != data:
        raise ValueError("the bundle is not written as laneshift writes it, or brings key material of its own")
    return envelope
