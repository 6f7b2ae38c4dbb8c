"""Keys, the ring as a file, and what of their signatures counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import CheckFailed
from laneshift.evidence.keys.ages import Age, Limits, age, days_old
from laneshift.evidence.keys.key import CLOCK_SKEW, Key
from laneshift.evidence.keys.port import Algorithm, KeyRefused, Purpose, Signer
from laneshift.evidence.keys.ring import JournalKeys, KeyRing
from laneshift.evidence.keys.ring_file import read_ring, written
from laneshift.evidence.keys.vault import Vault
from laneshift.evidence.note import opened

_DAY = 86_400_000
_MADE = 1_000 * _DAY


def _key(vault: Vault, purpose: Purpose = "attestation", algorithm: Algorithm = "ed25519") -> tuple[Key, Signer]:
    made = vault.make(purpose, algorithm)
    return Key(made.key_id, purpose, algorithm, made.public_pem, _MADE), made


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys")


@pytest.mark.parametrize("algorithm", ["ed25519", "ecdsa-p256"])
def test_what_a_key_signed_counts_as_long_as_it_does(vault: Vault, algorithm: Algorithm) -> None:
    key, signer = _key(vault, algorithm=algorithm)
    signature = signer.sign(b"text")
    key.hold(b"text", signature, _MADE)
    retired = key.retire(_MADE + _DAY)
    retired.hold(b"text", signature, _MADE + _DAY)
    assert retired.retire(_MADE + 2 * _DAY) == retired
    for one, data, at, code in (
        (key, b"other", _MADE, "keys.bad-signature"),
        (key, b"text", _MADE - CLOCK_SKEW - 1, "keys.not-yet"),
        (retired, b"text", _MADE + _DAY + CLOCK_SKEW + 1, "keys.retired"),
        (key.revoke(_MADE, "lost"), b"text", _MADE, "keys.revoked"),
        (retired.revoke(_MADE, "lost"), b"text", _MADE, "keys.revoked"),
    ):
        with pytest.raises(KeyRefused) as refused:
            one.hold(data, signature, at)
        assert refused.value.code == code


def test_a_ring_knows_its_keys_and_no_others(vault: Vault) -> None:
    first, signer = _key(vault)
    second, _ = _key(vault)
    ring = KeyRing((first.retire(_MADE + 1), replace(second, created=_MADE + 1)), vault)
    active = ring.active("attestation")
    assert active is not None
    assert active.id == second.id
    ring.verify(first.id, b"a", signer.sign(b"a"), _MADE)
    with pytest.raises(KeyRefused, match="no key of this ring"):
        ring.verify("attestation-0000", b"a", signer.sign(b"a"), _MADE)
    assert KeyRing((), vault).signer("attestation") is None
    assert KeyRing((first,), None).signer("attestation") is None


def test_a_private_half_that_is_elsewhere_signs_nothing_here(vault: Vault, tmp_path: Path) -> None:
    key, _ = _key(vault)
    assert KeyRing((key,), Vault(tmp_path / "empty")).signer("attestation") is None
    assert KeyRing((key,), vault).signer("attestation") is not None


def test_notes_are_signed_by_journal_keys_alone(vault: Vault) -> None:
    (journal, _), (other, _) = _key(vault, "journal"), _key(vault)
    keys = JournalKeys(KeyRing((journal, other), vault))
    signer = keys.signer()
    assert signer is not None
    note = signer.key.signed("text\n", signer.sign(b"text\n"))
    assert opened(note, keys.trusted()) == ("text\n", keys.trusted())
    assert keys.since() == _MADE
    revoked = JournalKeys(KeyRing((journal.revoke(_MADE, "lost"), other), vault))
    assert (revoked.trusted(), revoked.signer(), revoked.since()) == ((), None, _MADE)
    assert JournalKeys(KeyRing((other,), vault)).since() is None


def test_the_file_reads_back_and_is_the_same_whatever_the_order(vault: Vault) -> None:
    keys = [_key(vault)[0], _key(vault, "journal")[0].retire(_MADE + 1), _key(vault, algorithm="ecdsa-p256")[0]]
    keys[2] = keys[2].revoke(_MADE + 2, "somebody had it")
    assert written(keys) == written(keys[::-1])
    assert sorted(read_ring(written(keys), "x"), key=lambda key: key.id) == sorted(keys, key=lambda key: key.id)


@pytest.mark.parametrize(
    "change",
    [
        lambda ring: ring.update(schema=2),
        lambda ring: ring.update(keys={}),
        lambda ring: ring["keys"].append(ring["keys"][0]),
        lambda ring: ring["keys"][0].update(id="attestation-0123456789abcdef"),
        lambda ring: ring["keys"][0].update(purpose="journal"),
        lambda ring: ring["keys"][0].update(algorithm="ecdsa-p256"),
        lambda ring: ring["keys"][0].update(public_pem="nonsense"),
        lambda ring: ring["keys"][0].update(created=-1),
        lambda ring: ring["keys"][0].update(created=None),
        lambda ring: ring["keys"][0].update(retired=True),
        lambda ring: ring["keys"][0].update(reason="\x1b[2J"),
        lambda ring: ring["keys"][0].pop("revoked"),
        lambda ring: ring["keys"][0].update(more=1),
    ],
)
def test_a_ring_that_was_tampered_with_is_refused_whole(vault: Vault, change: object) -> None:
    assert callable(change)
    ring = json.loads(written([_key(vault)[0]]))
    change(ring)
    with pytest.raises(CheckFailed) as refused:
        read_ring(json.dumps(ring).encode(), "ring.json")
    assert refused.value.code == "keys.ring"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.integers(0, 400))
def test_ages_by_the_day(day: int) -> None:
    key = Key("k", "journal", "ed25519", "", _MADE)
    wanted: Age = "quiet" if day < 80 else "due" if day < 90 else "overdue"
    for moment in (0, _DAY - 1):
        assert age(key, _MADE + day * _DAY + moment, Limits()) == wanted
        assert days_old(key, _MADE + day * _DAY + moment) == day
    assert age(key, _MADE - day * _DAY, Limits()) == "quiet"
