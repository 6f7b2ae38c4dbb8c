"""Our approvals as others read them: another implementation of the format, and the script of docs/approvals.md."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from laneshift.runs.approval_envelope import bytes_of
from laneshift.runs.approval_export import export
from tests.approval_scene import ADA, BOB, CYD, Scene
from tests.ssh_keys import public

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "check-approval.sh"


class Reader:
    """Reads the wire format of SSH: numbers of four bytes, and strings with their length before them."""

    def __init__(self, data: bytes) -> None:
        self.rest = data

    def take(self, size: int) -> bytes:
        """The next bytes."""
        assert len(self.rest) >= size
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def string(self) -> bytes:
        """The next string."""
        return self.take(int.from_bytes(self.take(4), "big"))


def proves(envelope: bytes, key_line: str) -> bool:
    """Whether this envelope was signed with this public key, by PROTOCOL.sshsig and docs/approvals.md alone."""
    read = json.loads(envelope)
    subject = json.dumps(read["subject"], sort_keys=True, separators=(",", ":")).encode()
    message = b"sha256:" + hashlib.sha256(subject).hexdigest().encode()
    armor = read["proof"]["signature"].split("\n")
    reader = Reader(base64.b64decode("".join(armor[1:-2])))
    assert reader.take(6) == b"SSHSIG"
    assert reader.take(4) == b"\0\0\0\1"
    key, namespace, reserved, algorithm, signature = (reader.string() for _ in range(5))
    assert reader.rest == b""
    if key != base64.b64decode(key_line.split()[1]) or namespace != b"laneshift-approval":
        return False
    hashed = hashlib.new(algorithm.decode(), message).digest()
    parts = (namespace, reserved, algorithm, hashed)
    signed = b"SSHSIG" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    inner = Reader(signature)
    return verifies(key_line, inner.string().decode(), inner.string(), signed)


def verifies(key_line: str, kind: str, signature: bytes, signed: bytes) -> bool:
    """Whether `signature` of this kind is over `signed`."""
    key = load_ssh_public_key(key_line.encode())
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            assert kind == "ssh-ed25519"
            key.verify(signature, signed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            assert kind == "ecdsa-sha2-nistp256"
            pair = Reader(signature)
            numbers = [int.from_bytes(pair.string(), "big") for _ in range(2)]
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
        else:
            assert isinstance(key, rsa.RSAPublicKey)
            assert kind == "rsa-sha2-512"
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA512())
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("person", [ADA, BOB, CYD], ids=["ed25519", "ecdsa", "rsa"])
def test_another_implementation_agrees(person: str, planned: Scene) -> None:
    envelope = planned.envelope(person)
    key = public(planned.keys[person.partition("@")[0]])
    assert proves(bytes_of(envelope), key)
    assert not proves(bytes_of(envelope), public(planned.keys["stranger"]))
    for field, value in (("plan", "sha256:" + 64 * "0"), ("expires", 2**50), ("approver", "eve@example.org")):
        read = json.loads(bytes_of(envelope))
        read["subject"][field] = value
        assert not proves(json.dumps(read).encode(), key)


def script(*files: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the script of the documentation."""
    command = ["sh", str(SCRIPT), *map(str, files)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=240)


def test_the_script_of_the_docs_checks_what_was_exported(scene: Scene, tmp_path: Path) -> None:
    people = [ADA, BOB, CYD]
    for person in people:
        scene.give(person)
    folder = tmp_path / "out"
    assert len(export(scene.shop(), scene.plan, folder)) == 9
    for number, person in enumerate(people, 1):
        files = [folder / f"{number}.{ending}" for ending in ("json", "signers", "revoked")]
        done = script(*files, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f'Good "laneshift-approval" signature for {person}' in done.stdout
        assert f"plan       {scene.plan.digest}" in done.stdout
        assert script(*files[:2], cwd=tmp_path).returncode == 0
    envelope, keys = folder / "1.json", folder / "1.signers"
    text = envelope.read_text()
    for old, new in ((scene.plan.digest, "sha256:" + 64 * "0"), (ADA, BOB), ('"expires":1', '"expires":2')):
        assert old in text
        (tmp_path / "edited.json").write_text(text.replace(old, new))
        assert script(tmp_path / "edited.json", keys, cwd=tmp_path).returncode != 0
    (tmp_path / "gone").write_text(public(scene.keys["ada"]) + "\n")
    assert script(envelope, keys, tmp_path / "gone", cwd=tmp_path).returncode != 0
