from __future__ import annotations

import os
import stat
import threading
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence import packing
from laneshift.evidence.canonical import digest_of
from laneshift.evidence.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "laneshift" / "evidence")


def file_of(store: Store, digest: str) -> Path:
    digits = digest.removeprefix("sha256:")
    return store.folder / digits[:2] / digits[2:]


def test_what_is_put_is_got_by_its_digest(store: Store) -> None:
    for content in (b"", b"log\n" * 1000, bytes(range(256)) * 9):
        digest = store.put(content)
        assert digest == digest_of(content)
        assert store.get(digest) == content
        assert stat.S_IMODE(file_of(store, digest).stat().st_mode) == 0o600
    assert file_of(store, digest_of(b"log\n" * 1000)).stat().st_size < 200
    assert store.verify() == []


def test_text_is_kept_without_its_secrets(store: Store) -> None:
    digest = store.put("login with password=hunter2-Zq8\nü \udcff", durable=True)
    assert store.get(digest) == "login with password=[redacted]\nü \\udcff".encode()
    assert digest == digest_of(store.get(digest))


def test_putting_again_writes_nothing_and_mends_damage(store: Store) -> None:
    digest = store.put(b"content")
    path = file_of(store, digest)
    before = path.stat()
    assert store.put(b"content") == digest
    assert path.stat().st_ino == before.st_ino
    path.write_bytes(b"ruined")
    assert store.put(b"content") == digest
    assert store.get(digest) == b"content"


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "sha256:",
        "../../etc/passwd",
        "sha256:" + "../" * 21 + "x",
        "sha256:" + "A" * 64,
        "md5:" + "a" * 64,
        "sha256:" + "a" * 64 + "\n",
    ],
)
def test_hostile_digests_are_refused(store: Store, digest: str) -> None:
    with pytest.raises(Refused) as caught:
        store.get(digest)
    assert caught.value.code == "evidence.bad-digest"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_no_text_leads_out_of_the_store(text: str) -> None:
    with pytest.raises(Refused):
        Store(Path("nowhere")).get(text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(data=st.data())
def test_any_damage_to_a_file_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "damaged-evidence")
    content = b"evidence " * 20
    digest = store.put(content)
    path = file_of(store, digest)
    packed = path.read_bytes()
    changed = data.draw(
        st.integers(0, len(packed) - 1).map(lambda size: packed[:size])
        | st.binary(min_size=1, max_size=4).map(lambda more: packed + more)
        | st.integers(0, len(packed) * 8 - 1).map(lambda bit: flipped(packed, bit))
    )
    path.write_bytes(changed)
    faults = store.verify()
    if len(changed) == len(packed) and not faults:
        # Some bits choose among packings of one content; what is proved, the content, is the same.
        assert store.get(digest) == content
        return
    assert [fault.code for fault in faults] == ["evidence.file-damaged"]
    with pytest.raises(CheckFailed) as caught:
        store.get(digest)
    assert caught.value.code == "evidence.file-damaged"
    store.put(content)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_two_swapped_files_are_both_named(store: Store) -> None:
    one, other = (file_of(store, store.put(content)) for content in (b"one", b"other"))
    packed = one.read_bytes(), other.read_bytes()
    one.write_bytes(packed[1])
    other.write_bytes(packed[0])
    assert {fault.where for fault in store.verify()} == {str(one), str(other)}


def test_missing_and_stray_files_are_named(store: Store, tmp_path: Path) -> None:
    kept = store.put(b"kept")
    gone = store.put(b"gone")
    file_of(store, gone).unlink()
    (store.folder / "notes.txt").write_text("x")
    (file_of(store, kept).parent / "short").write_text("x")
    (tmp_path / "zz").mkdir()
    (store.folder / "ab").symlink_to(tmp_path / "zz", target_is_directory=True)
    found = {(fault.code, Path(fault.where).name) for fault in store.verify([kept, gone])}
    assert found == {
        ("evidence.file-missing", gone),
        ("evidence.file-stray", "notes.txt"),
        ("evidence.file-stray", "short"),
        ("evidence.file-stray", "ab"),
    }
    with pytest.raises(CheckFailed) as caught:
        store.get(gone)
    assert caught.value.code == "evidence.file-missing"


def test_an_absent_store_lacks_what_is_expected(store: Store) -> None:
    digest = digest_of(b"x")
    assert [fault.code for fault in store.verify([digest])] == ["evidence.file-missing"]
    assert store.sweep() == 0


def test_links_are_neither_written_nor_read_through(store: Store, tmp_path: Path) -> None:
    digest = store.put(b"content")
    path = file_of(store, digest)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    with pytest.raises(CheckFailed, match="damaged"):
        store.get(digest)
    store.put(b"content")
    assert not path.is_symlink()
    path.unlink()
    path.parent.rmdir()
    (tmp_path / "folder").mkdir()
    path.parent.symlink_to(tmp_path / "folder", target_is_directory=True)
    with pytest.raises(Refused) as caught:
        store.put(b"content")
    assert caught.value.code == "evidence.not-a-folder"
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_pipe_in_a_files_place_does_not_block(store: Store) -> None:
    path = file_of(store, store.put(b"content"))
    path.unlink()
    os.mkfifo(path)
    assert [fault.code for fault in store.verify()] == ["evidence.file-damaged"]


def test_a_bomb_is_not_unpacked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST", 1000)
    with pytest.raises(Refused) as caught:
        store.put(b"x" * 1001)
    assert caught.value.code == "evidence.file-too-large"
    bomb = b"\x00" * 5_000_000
    path = file_of(store, digest_of(bomb))
    path.parent.mkdir(parents=True)
    path.write_bytes(zlib.compress(bomb))
    with pytest.raises(CheckFailed) as caught_bomb:
        store.get(digest_of(bomb))
    assert caught_bomb.value.code == "evidence.file-damaged"


def test_left_overs_of_killed_processes_are_swept(store: Store) -> None:
    digest = store.put(b"content")
    scratch = store.folder / "unfinished"
    old, new = scratch / ".unfinished-old", scratch / ".unfinished-new"
    for path in (old, new):
        path.write_bytes(b"half")
    hour_ago = time.time() - 7200
    os.utime(old, (hour_ago, hour_ago))
    assert store.verify([digest]) == []
    assert store.sweep() == 1
    assert list(scratch.iterdir()) == [new]


def test_threads_put_the_same_content_at_once(store: Store) -> None:
    start = threading.Barrier(8)
    found: list[str] = []

    def work() -> None:
        start.wait()
        found.extend(store.put(f"content {number}") for number in range(25))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    assert len(set(found)) == 25
    assert store.verify(found) == []


def test_a_place_that_cannot_hold_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheckFailed) as caught:
        Store(tmp_path / "file" / "evidence").put(b"x")
    assert caught.value.code == "evidence.not-writable"
