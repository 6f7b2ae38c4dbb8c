"""Signed notes (C2SP signed-note): a text, and under it signatures by named Ed25519 keys. Pure.

A reader needs nothing but the public key: the bytes that are signed are the text itself, with its last line end.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

_DASH = "\u2014 "
_ED25519 = b"\x01"
_ID_BYTES = 4
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key that signs notes: its name (no blanks, no `+`) and its 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Raises `ValueError` for a name or a key that cannot stand in a note."""
        if not _is_name(self.name):
            raise ValueError(f"{self.name!r} cannot name a key of a note")
        from laneshift.evidence import curves

        curves.require_ed25519(self.public)

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line refers to this key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def signed(self, text: str, signature: bytes) -> bytes:
        """The note: `text` with this key's signature over its UTF-8 bytes. Raises `ValueError` for a malformed text."""
        _checked(text)
        packed = b64encode(self.key_id + signature).decode("ascii")
        return f"{text}\n{_DASH}{self.name} {packed}\n".encode()


def opened(note: bytes, keys: Iterable[NoteKey]) -> tuple[str, tuple[NoteKey, ...]]:
    """The text of a note, and those of `keys` that signed it: at least one.

    Signatures of other keys are passed over, as the format asks. Raises `ValueError` when the note is malformed, when
    none of `keys` signed it, and when a line by one of them does not hold.
    """
    text, lines = _split(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed = []
    for line in lines:
        name, packed = _signature(line)
        key = known.get((name, packed[:_ID_BYTES]))
        if key is None:
            continue
        _hold(key, text, packed[_ID_BYTES:])
        if key not in signed:
            signed.append(key)
    if not signed:
        raise ValueError("no key that is known signed it")
    return text, tuple(signed)


def _hold(key: NoteKey, text: str, signature: bytes) -> None:
    from laneshift.evidence import curves

    if not curves.ed25519_holds(key.public, signature, text.encode()):
        raise ValueError(f"the signature of {key.name} is not over this text")


def _split(note: bytes) -> tuple[str, list[str]]:
    if len(note) > _LONGEST:
        raise ValueError("a note is at most 1 MiB long")
    whole = note.decode("utf-8")
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise ValueError("a note is a text, an empty line, and signature lines")
    text = _checked(f"{text}\n")
    return text, signatures.removesuffix("\n").split("\n")


def _checked(text: str) -> str:
    if not text.endswith("\n") or text == "\n":
        raise ValueError("the text of a note ends with a line end")
    if any(ord(letter) < ord(" ") and letter != "\n" for letter in text):
        raise ValueError("the text of a note has a control character")
    return text


def _signature(line: str) -> tuple[str, bytes]:
    name, blank, packed = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not blank or not _is_name(name):
        raise ValueError("a signature line is a dash, a name and base64")
    try:
        raw = b64decode(packed, validate=True)
    except binascii.Error as error:
        raise ValueError("a signature line ends with base64") from error
    if len(raw) <= _ID_BYTES or b64encode(raw).decode("ascii") != packed:
        raise ValueError("a signature line ends with a key id and a signature, in base64")
    return name, raw


def _is_name(name: str) -> bool:
    return bool(name) and name.isprintable() and not any(letter.isspace() or letter == "+" for letter in name)
