"""The life of wrapping keys, sizes, the source of nonces, and that no key shows anywhere."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.evidence.encryption.envelope import LARGEST, envelope_of
from laneshift.evidence.encryption.key_folder import KeyFolder
from laneshift.evidence.encryption.manager import CannotOpen, EncryptionManager, wrapped_by
from laneshift.evidence.encryption.randomness import Randomness
from tests.evidence.encryption.scene import ALGORITHMS, CONTEXT, SECRET, manager
from tests.repo.builders import repo_at


def test_a_rotation_wraps_data_keys_anew_and_leaves_payloads_as_they_are(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    old = kept.keys.active_id()
    stored = [kept.seal(b"secret %d" % number, {"name": str(number)}) for number in range(5)]
    new = kept.rotate()
    assert [kept.open(sealed, {"name": str(number)}) for number, sealed in enumerate(stored)][4] == b"secret 4"
    again = [kept.rewrap(sealed, {"name": str(number)}) for number, sealed in enumerate(stored)]
    for number, (before, after) in enumerate(zip(stored, again, strict=True)):
        one, two = envelope_of(before), envelope_of(after)
        assert one is not None
        assert two is not None
        assert (one.payload, one.nonce, one.secret_id) == (two.payload, two.nonce, two.secret_id)
        assert one.wrapped != two.wrapped
        assert (wrapped_by(before), wrapped_by(after)) == (old, new)
        assert kept.open(after, {"name": str(number)}) == b"secret %d" % number
    kept.drop(old, again)
    assert kept.keys.names() == (new,)
    assert kept.open(again[0], {"name": "0"}) == b"secret 0"
    with pytest.raises(CannotOpen):
        kept.open(stored[0], {"name": "0"})


def refused(kept: EncryptionManager, key: str, stored: list[bytes]) -> str:
    with pytest.raises(Refused) as caught:
        kept.drop(key, stored)
    assert (caught.value.code, caught.value.where) == ("encryption.key-in-use", key)
    return caught.value.why


def test_a_key_in_use_is_not_dropped(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    old, sealed = kept.keys.active_id(), kept.seal(SECRET, CONTEXT)
    assert "wraps now" in refused(kept, old, [])
    kept.rotate()
    assert "a stored secret" in refused(kept, old, [kept.seal(SECRET, CONTEXT), sealed])
    assert "cannot be told" in refused(kept, old, [b"no sealed secret"])
    assert len(kept.keys.names()) == 2
    with pytest.raises(Refused, match="not the name of a key"):
        kept.drop("../" + old, [])


def test_only_what_opens_can_be_wrapped_anew(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    with pytest.raises(CannotOpen):
        kept.rewrap(kept.seal(SECRET, CONTEXT), {"name": "another"})
    with pytest.raises(CannotOpen):
        kept.rewrap(b"", CONTEXT)


def test_a_rotation_that_ends_before_it_counts_leaves_the_old_key_at_work(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    old, sealed = kept.keys.active_id(), kept.seal(SECRET, CONTEXT)
    blocked = kept.keys.folder / "active"
    text = blocked.read_bytes()
    blocked.unlink()
    blocked.mkdir()
    with pytest.raises(CheckFailed) as caught:
        kept.rotate()
    assert caught.value.code == "evidence.not-writable"
    blocked.rmdir()
    blocked.write_bytes(text)
    blocked.chmod(0o600)
    assert len(kept.keys.names()) == 2
    assert kept.keys.active_id() == old
    assert kept.open(sealed, CONTEXT) == SECRET
    assert wrapped_by(kept.seal(SECRET, CONTEXT)) == old


def test_both_ciphers_open_side_by_side_and_a_rewrap_changes_the_wrapping_alone(tmp_path: Path) -> None:
    first = manager(tmp_path, ALGORITHMS[0])
    last = EncryptionManager(first.keys, ALGORITHMS[-1])
    assert (first.algorithm, last.algorithm) == (ALGORITHMS[0], ALGORITHMS[-1])
    sealed = first.seal(SECRET, CONTEXT)
    found = envelope_of(last.rewrap(sealed, CONTEXT))
    assert found is not None
    assert (found.cipher, found.wrapping) == (ALGORITHMS[0], ALGORITHMS[-1])
    assert last.open(found.as_bytes(), CONTEXT) == SECRET


@pytest.mark.parametrize(
    ("secret", "context", "code"),
    [
        (b"", CONTEXT, "encryption.size"),
        (bytes(LARGEST + 1), CONTEXT, "encryption.size"),
        (SECRET, {}, "encryption.context"),
        (SECRET, {"name": "\udc80"}, "encryption.context"),
        (SECRET, {"name": "n" * 4096}, "encryption.context"),
    ],
)
def test_what_is_too_large_or_under_no_context_is_refused(
    tmp_path: Path, secret: bytes, context: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        manager(tmp_path).seal(secret, context)
    assert caught.value.code == code


def test_the_largest_secret_opens(tmp_path: Path) -> None:
    kept = manager(tmp_path, ALGORITHMS[0])
    assert kept.open(kept.seal(bytes(LARGEST), CONTEXT), CONTEXT) == bytes(LARGEST)


def test_no_nonce_and_no_data_key_comes_twice(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    sealed = [kept.seal(SECRET, CONTEXT) for _ in range(300)]
    sealed += [kept.rewrap(sealed[0], CONTEXT) for _ in range(300)]
    found = [each for each in map(envelope_of, sealed) if each is not None]
    assert len({each.wrap_nonce for each in found}) == 600
    assert len({each.wrapped for each in found}) == 600
    assert len({each.nonce for each in found}) == len({each.secret_id for each in found}) == 300


def test_every_key_and_nonce_comes_from_the_source_and_the_real_one_is_the_systems(tmp_path: Path) -> None:
    asked: list[int] = []

    def source(size: int) -> bytes:
        asked.append(size)
        return os.urandom(size)

    kept = EncryptionManager(KeyFolder(tmp_path / "keys"), "chacha20-poly1305", Randomness(source))
    kept.rotate()
    kept.rewrap(kept.seal(SECRET, CONTEXT), CONTEXT)
    assert sorted(asked) == [12, 12, 12, 16, 32, 32]


def counting(numbers: count[int]) -> Callable[[int], bytes]:
    return lambda size: (next(numbers) // 2).to_bytes(size, "little")


@pytest.mark.parametrize("source", [bytes, lambda size: os.urandom(size - 1), counting(count())])
def test_a_source_that_is_stuck_or_short_encrypts_nothing(tmp_path: Path, source: Callable[[int], bytes]) -> None:
    good = manager(tmp_path)
    bad = EncryptionManager(good.keys, "chacha20-poly1305", Randomness(source))
    with pytest.raises(CheckFailed) as caught:
        bad.seal(SECRET, CONTEXT)
    assert caught.value.code == "encryption.random-source"


def test_threads_that_rotate_and_seal_at_once_leave_secrets_that_open(tmp_path: Path) -> None:
    kept = manager(tmp_path)

    def work(number: int) -> list[bytes]:
        made = []
        for _ in range(5):
            made.append(kept.seal(b"%d" % number, CONTEXT))
            kept.rotate()
        return made

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(work, range(1, 5)))
    for number, each in enumerate(sealed, 1):
        assert [kept.open(one, CONTEXT) for one in each] == [b"%d" % number] * 5
    assert len(kept.keys.names()) == 21
    assert kept.keys.active_id() in kept.keys.names()


def test_keys_lie_in_files_of_mode_600_outside_every_repository(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    assert kept.keys.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in kept.keys.folder.iterdir()} == {0o600}
    repo_at(tmp_path / "repo", {"a": "b"})
    for inside in ("repo/keys", "repo/.git/keys"):
        with pytest.raises(Refused) as caught:
            EncryptionManager.at(tmp_path / inside).rotate()
        assert caught.value.code == "keys.in-repository"
        assert not (tmp_path / inside).exists()


def test_unsafe_missing_and_damaged_keys_encrypt_nothing(tmp_path: Path) -> None:
    kept = manager(tmp_path)
    path = next(kept.keys.folder.glob("*.kek"))
    good = path.read_bytes()

    def code() -> str:
        with pytest.raises(LaneshiftError) as caught:
            kept.seal(SECRET, CONTEXT)
        assert good.hex() not in str(caught.value.as_dict())
        return caught.value.code

    path.chmod(0o640)
    assert code() == "keys.unsafe"
    path.chmod(0o600)
    path.write_bytes(bytes(32))
    assert code() == "encryption.damaged"
    path.write_bytes(good[:-1])
    assert code() == "encryption.damaged"
    path.rename(tmp_path / "elsewhere")
    assert code() == "keys.no-private-key"
    path.symlink_to(tmp_path / "elsewhere")
    assert code() == "keys.unsafe"
    path.unlink()
    (tmp_path / "elsewhere").write_bytes(good)
    (tmp_path / "elsewhere").rename(path)
    (kept.keys.folder / "active").write_bytes(b"../../elsewhere")
    assert code() == "encryption.damaged"
    (kept.keys.folder / "active").unlink()
    assert code() == "keys.no-private-key"


def test_no_key_shows_in_what_is_printed_logged_or_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kept = manager(tmp_path)
    key = kept.keys.active()
    sealed = kept.seal(SECRET, CONTEXT)
    told = [repr(kept), repr(key), str(key), repr(envelope_of(sealed)), caplog.text]
    for call in (lambda: kept.open(sealed[:-1], CONTEXT), lambda: kept.drop(key.id, []), lambda: kept.seal(b"", {})):
        with pytest.raises(LaneshiftError) as caught:
            call()
        told += [repr(caught.value), str(caught.value.as_dict()), str(caught.getrepr(showlocals=False))]
    for secret in (key.secret, SECRET):
        for form in (repr(secret)[2:-1], secret.hex()):
            assert form not in "".join(told)
    assert key.id in repr(key)
