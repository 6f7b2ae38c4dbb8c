"""Real SSH keys for tests, made by ssh-keygen, and signatures put together by hand, which no ssh-keygen would make."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path


def make_key(folder: Path, name: str, kind: str = "ed25519", *options: str, passphrase: str = "") -> Path:
    """A new private key `folder/name`, with its public key beside it."""
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", kind, *options, "-N", passphrase, "-C", f"{name}@test", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return path


def public(key: Path) -> str:
    """Type and base64 of the public key, as a line of signers ends."""
    return " ".join(Path(f"{key}.pub").read_text().split()[:2])


def blob(key: Path) -> bytes:
    """The public key as OpenSSH writes it, before base64."""
    return base64.b64decode(public(key).split()[1])


def string(data: bytes | str) -> bytes:
    """A string of the SSH wire format."""
    plain = data.encode() if isinstance(data, str) else data
    return len(plain).to_bytes(4) + plain


def armored(data: bytes) -> str:
    """The text of a signature with these bytes, as ssh-keygen writes it."""
    text = base64.b64encode(data).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def unarmored(text: str) -> bytes:
    """The bytes of an armored signature."""
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def wrapped(key: bytes, namespace: str, hash_name: str, signature: bytes, *, reserved: bytes = b"") -> str:
    """An armored signature of these parts, sound or not."""
    head = b"SSHSIG" + (1).to_bytes(4)
    return armored(head + b"".join(map(string, (key, namespace, reserved, hash_name, signature))))


def signed_by_hand(key: Path, namespace: str, data: bytes, *options: str) -> str:
    """What ssh-keygen itself writes as the signature of `data` in `namespace`."""
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", namespace, *options]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()
