"""The text of an access key: made once, shown once, and kept as a scrypt hash. Pure but for randomness."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "lsk"
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{12}})_([0-9a-f]{{64}})")
_COST, _BLOCK, _LANES = 2**14, 8, 1
"""scrypt's parameters: 16 MiB and some 40 ms, once for each key and process."""


@dataclass(frozen=True, slots=True)
class Token:
    """A key's public name and its secret half, 64 hexadecimal digits."""

    id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """What its owner keeps."""
        return f"{PREFIX}_{self.id}_{self.secret}"


def new() -> Token:
    """A key that nobody has seen."""
    return Token(secrets.token_hex(6), secrets.token_hex(32))


def parsed(text: str) -> Token | None:
    """The key that a text is, or None."""
    found = _TOKEN.fullmatch(text)
    return None if found is None else Token(found[1], found[2])


def hashed(token: Token) -> str:
    """What is stored of a key: salt and hash with their parameters."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${salt.hex()}${_scrypt(token, salt, _COST, _BLOCK, _LANES).hex()}"


def matches(token: Token, stored: str) -> bool:
    """Whether `stored` is a hash of the key, in a time that does not tell how much of it is right."""
    parts = stored.split("$")
    if len(parts) != 6 or parts[0] != "scrypt":
        return False
    try:
        cost, block, lanes = (int(part) for part in parts[1:4])
        salt, wanted = bytes.fromhex(parts[4]), bytes.fromhex(parts[5])
        found = _scrypt(token, salt, cost, block, lanes)
    except ValueError:
        return False
    return hmac.compare_digest(found, wanted)


def _scrypt(token: Token, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    room = 256 * cost * block
    return hashlib.scrypt(token.secret.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=room, dklen=32)
