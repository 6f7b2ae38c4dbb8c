"""The file that says whose key is whose, in the format of ssh-keygen(1) ALLOWED SIGNERS, read more narrowly. Pure.

A line counts when it names people one by one and gives one key. Patterns, certificate authorities and options that
nobody knows are passed over, with their number, so that a file that a team uses for git as well can serve; what is
handed to ssh-keygen is written anew from the lines that count, for one person and one key.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.config import is_principal
from laneshift.repo.sshsig import ALGORITHMS, key_type_of

LARGEST = 2**20
"""Bytes of a file of signers, or of revoked keys."""

_KNOWN = r"namespaces=\"[A-Za-z0-9@._,*-]{1,200}\"|valid-(?:after|before)=\"[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?Z?\""
_OPTIONS = re.compile(rf"(?:{_KNOWN})(?:,(?:{_KNOWN}))*", re.IGNORECASE)
_BLANKS = " \t"


@dataclass(frozen=True, slots=True)
class Signer:
    """One line: these people may sign with this key, as far as the options go. `key` is as OpenSSH writes it."""

    line: int
    principals: tuple[str, ...]
    options: str
    key_type: str
    key: bytes


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A line that does not count, and why."""

    line: int
    why: str


def signers_in(data: bytes) -> tuple[list[Signer], list[PassedOver]]:
    """Every line that counts, and every other one that is not empty or a comment."""
    found: list[Signer] = []
    passed: list[PassedOver] = []
    for number, line in enumerate(data[:LARGEST].split(b"\n"), 1):
        try:
            text = line.decode("utf-8").strip(_BLANKS + "\r")
            if text and not text.startswith("#"):
                found.append(_signer(number, text))
        except ValueError as error:
            passed.append(PassedOver(number, "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)))
    return found, passed


def lines_for(signers: Sequence[Signer], principal: str, key: bytes) -> str:
    """A file with the lines that let `principal` sign with `key`, and with nothing else in it. May be empty."""
    return "".join(f"{line}\n" for line in _lines(signers, principal, key))


def key_lines(data: bytes) -> tuple[list[bytes], list[PassedOver]]:
    """The public keys of a file that has one a line, and the lines that hold none."""
    keys: list[bytes] = []
    passed: list[PassedOver] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        text = line.decode("utf-8", "replace").strip(_BLANKS + "\r")
        if not text or text.startswith("#"):
            continue
        try:
            keys.append(_key(text.split())[1])
        except ValueError as error:
            passed.append(PassedOver(number, str(error)))
    return keys, passed


def _lines(signers: Sequence[Signer], principal: str, key: bytes) -> Iterator[str]:
    for signer in signers:
        if principal in signer.principals and signer.key == key:
            encoded = base64.b64encode(signer.key).decode("ascii")
            yield " ".join(part for part in (principal, signer.options, signer.key_type, encoded) if part)


def _signer(number: int, text: str) -> Signer:
    if not text.replace("\t", " ").isprintable():
        raise ValueError("it has characters that cannot be seen")
    names, *rest = text.split()
    principals = tuple(names.split(","))
    if not all(is_principal(name) for name in principals):
        raise ValueError("it names people by a pattern, in quotes or in no way that is known")
    options = ""
    if rest and rest[0] not in ALGORITHMS:
        options, *rest = rest
        if not _OPTIONS.fullmatch(options):
            raise ValueError("it is about a certificate authority, or has an option or a key that is not accepted")
    key_type, key = _key(rest)
    return Signer(number, principals, options, key_type, key)


def _key(words: Sequence[str]) -> tuple[str, bytes]:
    """The key in `type base64 [comment]`. Raises `ValueError`."""
    if len(words) < 2:
        raise ValueError("it has no key")
    try:
        key = base64.b64decode(words[1].encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("its key is not in base64") from error
    if words[0] not in ALGORITHMS or key_type_of(key) != words[0]:
        raise ValueError("its key is not of the type that it says, or of one that is not accepted")
    return words[0], key
