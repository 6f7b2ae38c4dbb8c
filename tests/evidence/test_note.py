"""Signed notes: the example of the format, and refusals of everything that is not quite one."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.note import NoteKey, opened

# The example of Go's golang.org/x/mod/sumdb/note, whose format C2SP signed-note wrote down.
_PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
_TEXT = "somewhere/1\n3\nroot\n"


def _key(name: str = "lander", seed: int = 1) -> tuple[NoteKey, Ed25519PrivateKey]:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return NoteKey(name, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)), private


def _note(text: str = _TEXT, seed: int = 1) -> bytes:
    key, private = _key(seed=seed)
    return key.signed(text, private.sign(text.encode()))


def test_the_example_of_the_format_opens() -> None:
    name, key_id, packed = _PETER.split("+", 2)
    peter = NoteKey(name, b64decode(packed)[1:])
    assert peter.key_id.hex() == key_id
    text, by = opened(_EXAMPLE.encode(), [peter])
    assert text.startswith("If you think")
    assert by == (peter,)


def test_signed_and_opened() -> None:
    key, _ = _key()
    assert opened(_note(), [_key("other", 2)[0], key]) == (_TEXT, (key,))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(0, len(_note()) * 8 - 1))
def test_a_flipped_bit_anywhere_is_refused(bit: int) -> None:
    note = bytearray(_note())
    note[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError, match=r"."):
        opened(bytes(note), [_key()[0]])


def test_signatures_of_strangers_are_passed_over_and_are_not_enough() -> None:
    key, stranger = _key()[0], _key("lander", 2)[0]
    extra = _note(seed=2).rpartition(b"\n\n")[2]
    assert opened(_note() + extra, [key]) == (_TEXT, (key,))
    with pytest.raises(ValueError, match="no key that is known"):
        opened(_note(seed=2), [key])
    with pytest.raises(ValueError, match="no key that is known"):
        opened(_note(), [stranger])
    with pytest.raises(ValueError, match="no key that is known"):
        opened(_note(), [])


def test_one_bad_line_by_a_known_key_spoils_the_note() -> None:
    key, _ = _key()
    bad = f"\u2014 lander {b64encode(key.key_id + bytes(64)).decode()}\n".encode()
    with pytest.raises(ValueError, match="not over this text"):
        opened(_note() + bad, [key])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"\n\n",
        _note()[:-1],
        _note().replace(b"\n\n", b"\n"),
        b"\x00" + _note(),
        _note().replace(b"\xe2\x80\x94 lander", b"-- lander"),
        _note().rstrip(b"=\n") + b"\n",
        _note()[:-1] + b" \n",
        b"\xff" + _note(),
        b"a" * (1 << 20) + _note(),
    ],
)
def test_malformed_notes_are_refused(note: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        opened(note, [_key()[0]])


@pytest.mark.parametrize("text", ["", "no end", "\n", "tab\there\n"])
def test_texts_that_cannot_be_signed(text: str) -> None:
    with pytest.raises(ValueError, match="text of a note"):
        _note(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2028b"])
def test_names_that_no_key_can_have(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        _key(name)
