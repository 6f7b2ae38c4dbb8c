"""Envelopes and bundles: checked by openssl too, which shares no code with us, and refused when a bit is flipped."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.attestations.dsse import IN_TOTO, Envelope, encoded, read_envelope, signed
from laneshift.evidence.attestations.sigstore_bundle import bundled, read_bundle
from laneshift.evidence.keys.port import Algorithm, KeyRefused, NoRing

from .ring import MemoryRing

_PAYLOAD = b'{"_type":"https://in-toto.io/Statement/v1"}'


@pytest.fixture(params=["ed25519", "ecdsa-p256"])
def ring(request: pytest.FixtureRequest) -> MemoryRing:
    algorithm: Algorithm = request.param
    return MemoryRing(algorithm)


def _openssl(ring: MemoryRing, bundle: bytes, folder: Path) -> bool:
    """What openssl says of a bundle: the encoding is built here again, from the text of the format alone."""
    fields = json.loads(bundle)["dsseEnvelope"]
    kind, payload = fields["payloadType"].encode(), b64decode(fields["payload"])
    text = b"DSSEv1 " + str(len(kind)).encode() + b" " + kind + b" " + str(len(payload)).encode() + b" " + payload
    (folder / "text").write_bytes(text)
    (folder / "sig").write_bytes(b64decode(fields["signatures"][0]["sig"]))
    (folder / "key.pem").write_text(ring.public_pem)
    openssl = shutil.which("openssl")
    assert openssl is not None
    if ring.algorithm == "ed25519":
        how = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text", "-sigfile", "sig"]
    else:
        how = ["dgst", "-sha256", "-verify", "key.pem", "-signature", "sig", "text"]
    return subprocess.run([openssl, *how], cwd=folder, capture_output=True, check=False).returncode == 0


def test_the_example_of_the_format() -> None:
    assert encoded("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_openssl_agrees(ring: MemoryRing, tmp_path: Path) -> None:
    bundle = bundled(signed(_PAYLOAD, ring))
    read_bundle(bundle).hold(ring, 0)
    assert _openssl(ring, bundle, tmp_path)
    assert not _openssl(MemoryRing(ring.algorithm), bundle, tmp_path)


def test_a_bit_flipped_in_payload_or_signature_fails_here_and_in_openssl(ring: MemoryRing, tmp_path: Path) -> None:
    good = signed(_PAYLOAD, ring)
    for bit in range(0, len(_PAYLOAD) * 8, 29):
        payload = bytearray(_PAYLOAD)
        payload[bit // 8] ^= 1 << bit % 8
        changed = Envelope(bytes(payload), good.payload_type, good.key_id, good.signature)
        with pytest.raises(KeyRefused):
            changed.hold(ring, 0)
        assert not _openssl(ring, bundled(changed), tmp_path)
    for bit in range(0, len(good.signature) * 8, 37):
        signature = bytearray(good.signature)
        signature[bit // 8] ^= 1 << bit % 8
        changed = Envelope(good.payload, good.payload_type, good.key_id, bytes(signature))
        with pytest.raises(KeyRefused):
            changed.hold(ring, 0)
        assert not _openssl(ring, bundled(changed), tmp_path)


_FIXED = MemoryRing()
_BUNDLE = bundled(signed(_PAYLOAD, _FIXED))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.integers(0, len(_BUNDLE) * 8 - 1))
def test_a_bit_flipped_anywhere_in_a_bundle_is_refused(bit: int) -> None:
    data = bytearray(_BUNDLE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises((ValueError, KeyRefused)):
        read_bundle(bytes(data)).hold(_FIXED, 0)


def test_another_type_is_another_signature() -> None:
    good = signed(_PAYLOAD, _FIXED)
    with pytest.raises(KeyRefused):
        Envelope(good.payload, "text/plain", good.key_id, good.signature).hold(_FIXED, 0)
    assert good.payload_type == IN_TOTO


def test_a_ring_without_keys_believes_nothing() -> None:
    with pytest.raises(KeyRefused, match="no key of this repository"):
        read_bundle(_BUNDLE).hold(NoRing(), 0)


def _changed(**changes: object) -> bytes:
    fields = json.loads(_BUNDLE) | changes
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b" " + _BUNDLE,
        _changed(mediaType="application/vnd.dev.sigstore.bundle.v0.2+json"),
        _changed(verificationMaterial={"publicKey": {"hint": "key-2"}, "tlogEntries": []}),
        _changed(verificationMaterial={"publicKey": {"hint": "key-1", "rawBytes": "AA=="}, "tlogEntries": []}),
        _changed(verificationMaterial={"certificate": {"rawBytes": "AA=="}, "tlogEntries": []}),
        _changed(extra=1),
    ],
)
def test_bundles_that_are_not_ours_or_bring_a_key_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_bundle(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": "AA"},
        {"payload": "AA==\n"},
        {"payload": "AB=="},
        {"payload": 1},
        {"payloadType": 1},
        {"signatures": []},
        {"signatures": [{"keyid": "a", "sig": "AA=="}] * 2},
        {"signatures": [{"sig": "AA=="}]},
        {"signatures": [{"keyid": 1, "sig": "AA=="}]},
        {"more": 1},
    ],
)
def test_envelopes_that_are_none_are_refused(changes: dict[str, object]) -> None:
    fields = json.loads(_BUNDLE)["dsseEnvelope"] | changes
    with pytest.raises(ValueError, match=r"."):
        read_envelope(fields)
