"""The format of SSH signatures: what ssh-keygen writes is read, and nothing that differs from it by a byte."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.ssh_signatures import holds
from laneshift.repo.sshsig import signature_in
from tests.ssh_keys import armored, blob, make_key, signed_by_hand, string, unarmored, wrapped

SPACE = "laneshift-approval"
DATA = b"sha256:" + 64 * b"5"
KINDS = (("ed25519",), ("ecdsa", "-b", "256"), ("ecdsa", "-b", "384"), ("ecdsa", "-b", "521"), ("rsa", "-b", "2048"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ed25519 key."""
    return make_key(tmp_path_factory.mktemp("keys"), "ada")


@pytest.fixture(scope="module")
def text(key: Path) -> str:
    """Its signature over DATA."""
    return signed_by_hand(key, SPACE, DATA)


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_what_ssh_keygen_writes_is_read_whole(kind: tuple[str, ...], tmp_path: Path) -> None:
    own = make_key(tmp_path, "own", *kind)
    found = signature_in(signed_by_hand(own, SPACE, DATA))
    assert (found.key, found.namespace, found.hash, found.weakness) == (blob(own), SPACE, "sha512", "")
    assert found.fingerprint == "SHA256:" + base64.b64encode(hashlib.sha256(blob(own)).digest()).decode().rstrip("=")
    assert found.algorithm == ("rsa-sha2-512" if kind[0] == "rsa" else found.key_type)


def test_no_byte_of_a_signature_can_be_another(text: str) -> None:
    """Every byte of what is signed with, in turn: it is not read any more, or ssh-keygen does not take it."""
    data = unarmored(text)
    still = []
    for at in range(len(data)):
        flipped = armored(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            found = signature_in(flipped)
        except ValueError:
            continue
        if not found.weakness and found.namespace == SPACE and found.key == signature_in(text).key:
            still.append(flipped)
    assert len(still) < 100, "only the signature itself is left to ssh-keygen"
    assert still
    assert not any(holds(flipped, SPACE, DATA) for flipped in still[:: max(1, len(still) // 12)])


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.data())
def test_no_character_of_the_text_can_be_another(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("AZaz09+/=\n\r -\x00é").filter(lambda letter: letter != text[at]))
    changed = data.draw(st.sampled_from((text[:at] + other + text[at + 1 :], text[:at] + other + text[at:])))
    assert not is_read(changed) or unarmored(changed) != unarmored(text)


def is_read(text: str) -> bool:
    """Whether this is a signature as far as its form goes."""
    try:
        signature_in(text)
    except ValueError:
        return False
    return True


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_signature_or_refused(data: bytes, headed: bool) -> None:
    try:
        found = signature_in(armored(b"SSHSIG\0\0\0\1" + data if headed else data))
    except ValueError:
        return
    assert found.weakness, "no random bytes are a key that may approve"


def test_cut_off_or_followed_by_more_it_is_no_signature(text: str) -> None:
    data = unarmored(text)
    for other in (*(armored(data[:at]) for at in range(len(data))), armored(data + b"\0"), text + text, "\n" + text):
        assert not is_read(other)
    with pytest.raises(ValueError, match="armored"):
        signature_in(armored(data + bytes(20_000)))


def inner(algorithm: str, more: bytes = b"") -> bytes:
    """The innermost part of a signature."""
    return string(algorithm) + string(bytes(64)) + more


def test_old_and_weak_ways_to_sign_are_named(key: Path, tmp_path: Path) -> None:
    ed, rsa, short = (
        blob(key),
        blob(make_key(tmp_path, "r", "rsa", "-b", "2048")),
        make_key(tmp_path, "s", "rsa", "-b", "1024"),
    )
    cases = {
        "signatures by ssh-rsa are not accepted": wrapped(rsa, SPACE, "sha512", inner("ssh-rsa")),
        "signatures by rsa-sha2-512 are not accepted": wrapped(ed, SPACE, "sha512", inner("rsa-sha2-512")),
        "the digest sha1 is not accepted": wrapped(ed, SPACE, "sha1", inner("ssh-ed25519")),
        "a key of the type ssh-dss may not approve": wrapped(string("ssh-dss"), SPACE, "sha512", inner("ssh-dss")),
        "a key of the type ssh-ed25519-cert-v01@openssh.com may not approve": wrapped(
            string("ssh-ed25519-cert-v01@openssh.com"), SPACE, "sha512", inner("ssh-ed25519")
        ),
        "an RSA key of 1024 bits is too short": wrapped(blob(short), SPACE, "sha512", inner("rsa-sha2-256")),
    }
    assert [signature_in(text).weakness for text in cases.values()] == list(cases)
    with pytest.raises(ValueError, match="more in it"):
        signature_in(wrapped(ed, SPACE, "sha512", inner("ssh-ed25519"), reserved=b"x"))
    with pytest.raises(ValueError, match="longer"):
        signature_in(wrapped(ed, SPACE, "sha512", inner("ssh-ed25519", b"\1")))


@pytest.mark.parametrize(("flags", "weakness"), [(1, ""), (0, "nobody touched the security key"), (5, "")])
def test_a_security_key_has_to_be_touched(flags: int, weakness: str) -> None:
    """A security key in software: ssh-keygen takes its signature either way, and only a touched one counts here."""
    secret = Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = string("sk-ssh-ed25519@openssh.com") + string(public) + string("ssh:")
    tail = bytes([flags]) + (7).to_bytes(4)
    inside = b"SSHSIG" + string(SPACE) + string(b"") + string("sha512") + string(hashlib.sha512(DATA).digest())
    proof = secret.sign(hashlib.sha256(b"ssh:").digest() + tail + hashlib.sha256(inside).digest())
    text = wrapped(key, SPACE, "sha512", string("sk-ssh-ed25519@openssh.com") + string(proof) + tail)
    assert holds(text, SPACE, DATA)
    assert signature_in(text).weakness == weakness
