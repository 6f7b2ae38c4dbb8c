"""The format of an SSH signature (SSHSIG, version 1), read strictly: what has more than one reading is refused. Pure.

ssh-keygen checks the mathematics. Read here is who is said to have signed, for what purpose, and by which algorithms,
so that nothing old or weak is accepted because a version of ssh-keygen still does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG"
_COLUMNS = 70
_LARGEST = 16 * 2**10
_RSA_BITS = 2048
_TOUCHED = 1

ALGORITHMS: dict[str, frozenset[str]] = {
    "ssh-ed25519": frozenset({"ssh-ed25519"}),
    "ecdsa-sha2-nistp256": frozenset({"ecdsa-sha2-nistp256"}),
    "ecdsa-sha2-nistp384": frozenset({"ecdsa-sha2-nistp384"}),
    "ecdsa-sha2-nistp521": frozenset({"ecdsa-sha2-nistp521"}),
    "sk-ssh-ed25519@openssh.com": frozenset({"sk-ssh-ed25519@openssh.com"}),
    "sk-ecdsa-sha2-nistp256@openssh.com": frozenset({"sk-ecdsa-sha2-nistp256@openssh.com"}),
    "ssh-rsa": frozenset({"rsa-sha2-256", "rsa-sha2-512"}),
}
"""The kinds of keys that may sign, and how each may: no DSA, no SHA-1, no certificate."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says about itself. `key` is the public key as OpenSSH writes it, before base64."""

    key_type: str
    key: bytes
    namespace: str
    hash: str
    algorithm: str
    touched: bool

    @property
    def fingerprint(self) -> str:
        """The key as `ssh-keygen -l` names it."""
        return fingerprint(self.key)

    @property
    def weakness(self) -> str:
        """Why nothing signed like this is accepted, whoever signed; empty for what is."""
        allowed = ALGORITHMS.get(self.key_type)
        if allowed is None:
            return f"a key of the type {self.key_type} may not approve"
        if self.algorithm not in allowed:
            return f"signatures by {self.algorithm} are not accepted"
        if self.hash not in ("sha256", "sha512"):
            return f"the digest {self.hash} is not accepted"
        if not self.touched:
            return "nobody touched the security key"
        bits = rsa_bits(self.key)
        return f"an RSA key of {bits} bits is too short" if bits is not None and bits < _RSA_BITS else ""


def signature_in(text: str) -> Signature:
    """Read an armored signature. Raises `ValueError` for anything but the very text that ssh-keygen writes."""
    data = _unarmored(text)
    if data[: len(_MAGIC)] != _MAGIC or _number(data, len(_MAGIC)) != 1:
        raise ValueError("it is not a signature of version 1")
    at = len(_MAGIC) + 4
    key, at = _string(data, at)
    namespace, at = _string(data, at)
    reserved, at = _string(data, at)
    digest, at = _string(data, at)
    signed, at = _string(data, at)
    if at != len(data) or reserved:
        raise ValueError("it has more in it than a signature has")
    key_type = key_type_of(key)
    algorithm, touched = _signed(signed, is_token=key_type.startswith("sk-"))
    return Signature(key_type, key, _ascii(namespace), _ascii(digest), algorithm, touched)


def key_type_of(key: bytes) -> str:
    """The type that a public key names itself. Raises `ValueError` when it names none."""
    return _ascii(_string(key, 0)[0])


def fingerprint(key: bytes) -> str:
    """`SHA256:` and the digest of a public key, as `ssh-keygen -l` names it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode("ascii").rstrip("=")


def rsa_bits(key: bytes) -> int | None:
    """The length of an RSA key's modulus; None for other keys. Raises `ValueError` for a broken one."""
    kind, at = _string(key, 0)
    if kind != b"ssh-rsa":
        return None
    _, at = _string(key, at)
    modulus, _ = _string(key, at)
    return int.from_bytes(modulus).bit_length()


def _signed(data: bytes, *, is_token: bool) -> tuple[str, bool]:
    """By which algorithm, and for a security key whether it was touched."""
    algorithm, at = _string(data, 0)
    _, at = _string(data, at)
    if not is_token:
        if at != len(data):
            raise ValueError("the signature is longer than it says")
        return _ascii(algorithm), True
    if len(data) != at + 5:
        raise ValueError("the signature of a security key lacks its flags and its counter")
    return _ascii(algorithm), bool(data[at] & _TOUCHED)


def _unarmored(text: str) -> bytes:
    lines = text.split("\n")
    if len(text) > _LARGEST or len(lines) < 4 or (lines[0], lines[-2], lines[-1]) != (_BEGIN, _END, ""):
        raise ValueError("it is not an armored SSH signature")
    try:
        data = base64.b64decode("".join(lines[1:-2]).encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("it is not in base64") from error
    encoded = base64.b64encode(data).decode("ascii")
    if [encoded[at : at + _COLUMNS] for at in range(0, len(encoded), _COLUMNS)] != lines[1:-2]:
        raise ValueError("its lines are not the ones that ssh-keygen writes")
    return data


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """The string that starts at `at`, and where it ends."""
    size = _number(data, at)
    end = at + 4 + size
    if end > len(data):
        raise ValueError("it is cut off")
    return data[at + 4 : end], end


def _number(data: bytes, at: int) -> int:
    if at + 4 > len(data):
        raise ValueError("it is cut off")
    return int.from_bytes(data[at : at + 4])


def _ascii(data: bytes) -> str:
    text = data.decode("ascii")
    if not text.isprintable():
        raise ValueError("a name in it cannot be printed")
    return text
