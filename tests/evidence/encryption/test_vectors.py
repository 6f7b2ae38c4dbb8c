"""Both ciphers against the known answers of RFC 8452 and RFC 8439, and against what was made invalid of them.

The files have the form of Project Wycheproof's AEAD tests, so that its own files can be laid beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.evidence.encryption.aead import NONCE, Algorithm, best, decrypt, encrypt, has_gcm_siv

_HERE = Path(__file__).parent
_FILES: dict[Algorithm, str] = {
    "aes-256-gcm-siv": "aes_256_gcm_siv.json",
    "chacha20-poly1305": "chacha20_poly1305.json",
}


def cases(algorithm: Algorithm) -> Iterator[dict[str, str]]:
    document = json.loads((_HERE / _FILES[algorithm]).read_text(encoding="utf-8"))
    found = [test for group in document["testGroups"] for test in group["tests"]]
    assert len(found) == document["numberOfTests"]
    yield from found


@pytest.mark.parametrize("algorithm", _FILES)
def test_every_vector(algorithm: Algorithm) -> None:
    if algorithm == "aes-256-gcm-siv" and not has_gcm_siv():
        with pytest.raises(ValueError, match="no AES-GCM-SIV"):
            encrypt(algorithm, bytes(32), bytes(12), b"x", b"")
        return
    seen = {"valid": 0, "invalid": 0}
    for case in cases(algorithm):
        key, iv, aad, msg, ct, tag = (bytes.fromhex(case[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag"))
        seen[case["result"]] += 1
        if case["result"] == "valid":
            assert encrypt(algorithm, key, iv, msg, aad) == ct + tag, case["comment"]
            assert decrypt(algorithm, key, iv, ct + tag, aad) == msg, case["comment"]
        elif len(iv) != NONCE:
            with pytest.raises(ValueError, match="size"):
                decrypt(algorithm, key, iv, ct + tag, aad)
        else:
            assert decrypt(algorithm, key, iv, ct + tag, aad) is None, case["comment"]
    assert seen == ({"valid": 24, "invalid": 61} if algorithm == "aes-256-gcm-siv" else {"valid": 2, "invalid": 44})


def test_the_choice_tells_what_this_machine_can_do() -> None:
    assert best() == ("aes-256-gcm-siv" if has_gcm_siv() else "chacha20-poly1305")
    assert decrypt(best(), bytes(32), bytes(12), encrypt(best(), bytes(32), bytes(12), b"x", b""), b"") == b"x"


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        encrypt("chacha20-poly1305", bytes(size), bytes(12), b"x", b"")
