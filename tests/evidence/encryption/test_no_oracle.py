"""Whatever is wrong with a sealed secret, the answer is one and the same error and no byte of plaintext."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laneshift.evidence.encryption.aead import Algorithm
from laneshift.evidence.encryption.envelope import ID, LARGEST, Envelope, context_bytes, envelope_of
from laneshift.evidence.encryption.manager import OVERHEAD, EncryptionManager
from tests.evidence.encryption.scene import ALGORITHMS, CONTEXT, SAME, SECRET, manager, refusal

_LAWS = settings(
    derandomize=True, max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_CONTEXTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), min_size=1, max_size=3)
_KEY_ID = slice(6, 6 + ID)
_WRAPPING = slice(6 + ID + ID, 6 + ID + ID + 12 + 48)


@pytest.fixture(params=ALGORITHMS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> EncryptionManager:
    algorithm: Algorithm = request.param
    return manager(tmp_path, algorithm)


@_LAWS
@given(secret=st.binary(min_size=1, max_size=300), context=_CONTEXTS)
def test_what_was_sealed_opens_and_is_as_long_as_told(
    kept: EncryptionManager, secret: bytes, context: dict[str, str]
) -> None:
    sealed = kept.seal(secret, context)
    assert kept.open(sealed, dict(reversed(context.items()))) == secret
    assert len(sealed) == len(secret) + OVERHEAD
    assert len(secret) < 8 or secret not in sealed


@_LAWS
@given(context=_CONTEXTS, other=_CONTEXTS)
def test_a_secret_replayed_under_another_context_does_not_open(
    kept: EncryptionManager, context: dict[str, str], other: dict[str, str]
) -> None:
    sealed = kept.seal(SECRET, context)
    if context == other:
        assert kept.open(sealed, other) == SECRET
    else:
        assert refusal(kept, sealed, other) == SAME


@pytest.mark.parametrize("context", [{}, {"name": 1}, {"name": "\ud800"}, {"name": "n" * 5000}])
def test_what_is_no_context_opens_nothing(kept: EncryptionManager, context: dict[str, str]) -> None:
    assert refusal(kept, kept.seal(SECRET, CONTEXT), context) == SAME


def test_cut_at_every_length_it_does_not_open(kept: EncryptionManager) -> None:
    sealed = kept.seal(SECRET, CONTEXT)
    for length in range(len(sealed)):
        assert refusal(kept, sealed[:length]) == SAME, length
    assert refusal(kept, sealed + b"\0") == SAME
    assert refusal(kept, sealed + bytes(LARGEST)) == SAME
    assert envelope_of(sealed + bytes(LARGEST)) is None


def test_with_any_bit_flipped_it_does_not_open(kept: EncryptionManager) -> None:
    sealed = kept.seal(SECRET, CONTEXT)
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << (bit % 8)
        assert refusal(kept, bytes(changed)) == SAME, bit


@pytest.mark.parametrize(("at", "name"), [(3, "version"), (4, "payload cipher"), (5, "wrapping cipher")])
def test_with_any_other_version_or_cipher_it_does_not_open(kept: EncryptionManager, at: int, name: str) -> None:
    sealed = kept.seal(SECRET, CONTEXT)
    for value in set(range(256)) - {sealed[at]}:
        assert refusal(kept, sealed[:at] + bytes((value,)) + sealed[at + 1 :]) == SAME, (name, value)


def test_under_the_name_of_another_key_that_is_here_it_does_not_open(kept: EncryptionManager) -> None:
    sealed = kept.seal(SECRET, CONTEXT)
    other = bytes.fromhex(kept.rotate())
    changed = sealed[: _KEY_ID.start] + other + sealed[_KEY_ID.stop :]
    assert refusal(kept, changed) == SAME
    assert kept.open(sealed, CONTEXT) == SECRET


@pytest.mark.parametrize("part", [_WRAPPING, slice(6 + ID, _WRAPPING.stop), slice(0, _WRAPPING.stop)])
def test_with_the_wrapped_key_of_another_secret_it_does_not_open(kept: EncryptionManager, part: slice) -> None:
    one, two = kept.seal(SECRET, CONTEXT), kept.seal(b"another secret of another time", CONTEXT)
    changed = one[: part.start] + two[part] + one[part.stop :]
    assert changed not in (one, two)
    assert refusal(kept, changed) == SAME


@pytest.mark.parametrize("change", ["context", "secret_id", "cipher"])
def test_not_even_a_right_wrapping_moves_a_payload(kept: EncryptionManager, change: str) -> None:
    """As one who has the wrapping key could: the data key is wrapped rightly for what the payload was not made for."""
    other = {"name": "another"}
    data_key, sealed = opened_pair(kept)
    moved = {
        "context": sealed,
        "secret_id": replace(sealed, secret_id=bytes(ID)),
        "cipher": replace(sealed, cipher=next((each for each in ALGORITHMS if each != sealed.cipher), sealed.cipher)),
    }[change]
    target = other if change == "context" else CONTEXT
    made = kept._wrapped(moved, data_key, context_bytes(target)).as_bytes()
    if moved == sealed and change == "cipher":
        assert kept.open(made, target) == SECRET
    else:
        assert refusal(kept, made, target) == SAME
    assert kept.open(kept._wrapped(sealed, data_key, context_bytes(CONTEXT)).as_bytes(), CONTEXT) == SECRET


def test_all_that_comes_before_the_payload_is_bound(kept: EncryptionManager) -> None:
    _, whole = opened_pair(kept)
    other: Algorithm = "chacha20-poly1305" if whole.cipher == "aes-256-gcm-siv" else "aes-256-gcm-siv"
    changed = {
        "cipher": replace(whole, cipher=other),
        "wrapping": replace(whole, wrapping=other),
        "key_id": replace(whole, key_id="0" * (2 * ID)),
        "secret_id": replace(whole, secret_id=bytes(ID)),
    }
    to_wrapping = {each.bound_to_wrapping(b"{}") for each in changed.values()}
    assert len(to_wrapping | {whole.bound_to_wrapping(b"{}"), whole.bound_to_wrapping(b"[]")}) == 6
    moved = {name for name, each in changed.items() if each.bound_to_payload(b"{}") != whole.bound_to_payload(b"{}")}
    assert moved == {"cipher", "secret_id"}
    assert whole.bound_to_payload(b"[]") != whole.bound_to_payload(b"{}")


def opened_pair(kept: EncryptionManager) -> tuple[bytes, Envelope]:
    """A data key and the envelope that it is in."""
    sealed = kept.seal(SECRET, CONTEXT)
    opened, envelope = kept._opened(sealed, CONTEXT), envelope_of(sealed)
    assert opened is not None
    assert envelope is not None
    return opened[0], envelope


def test_neither_a_dropped_key_nor_one_that_others_can_read_tells_more(kept: EncryptionManager) -> None:
    sealed = kept.seal(SECRET, CONTEXT)
    path = next(kept.keys.folder.glob("*.kek"))
    path.chmod(0o644)
    assert refusal(kept, sealed) == SAME
    path.chmod(0o600)
    assert kept.open(sealed, CONTEXT) == SECRET
    path.unlink()
    assert refusal(kept, sealed) == SAME


@_LAWS
@given(data=st.binary(max_size=300))
def test_no_bytes_at_all_open_by_chance_or_break_the_reader(kept: EncryptionManager, data: bytes) -> None:
    assert refusal(kept, data) == SAME
    assert refusal(kept, b"LSE\x01\x01\x01" + data) == SAME
    assert envelope_of(data) is None
