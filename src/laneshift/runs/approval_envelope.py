"""An approval as bytes, to be handed around and kept: the canonical JSON of its envelope, without a line end. Pure."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical, digest_of, parse
from laneshift.rollout.subject import Envelope

LARGEST = 128 * 2**10
"""Bytes of one envelope, at most."""


def bytes_of(envelope: Envelope) -> bytes:
    """The one text that this envelope has."""
    return canonical(envelope.as_json())


def digest_of_envelope(envelope: Envelope) -> str:
    """Names the whole envelope, its proof included: what `sha256sum` says of its file."""
    return digest_of(bytes_of(envelope))


def envelope_in(data: bytes) -> Envelope:
    """Read an envelope that may come from anywhere.

    Raises `Refused`: `approval.unreadable` for what is none, `approval.edited` for another text than the one it has,
    `approval.unknown-method` for a proof that nothing here can check.
    """
    if len(data) > LARGEST:
        raise _unreadable(f"it is larger than {LARGEST} bytes")
    try:
        value = parse(data)
    except ValueError as error:
        raise _unreadable(str(error)[:200]) from error
    envelope = Envelope.from_json(value)
    if bytes_of(envelope) != data:
        what = "this approval is not in the form in which approvals are written"
        raise Refused("approval.edited", what, why="its bytes are not canonical JSON", cure="hand it around unchanged")
    return envelope


def _unreadable(why: str) -> Refused:
    return Refused("approval.unreadable", "this is no approval", why=why, cure="make it with `laneshift approve`")
