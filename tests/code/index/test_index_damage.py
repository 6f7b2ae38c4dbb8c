"""An index file may hold anything at all: the answers stay the same, and somebody is told."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from drawn_trees import drawn, edited, naive_mentions, repository_at
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.facts.extract import extract
from laneshift.code.index import Index
from laneshift.code.index.folder import IndexFolder
from laneshift.code.index.kinds import FACTS, WORDS, folder_of
from laneshift.code.index.records import RecordSegment
from laneshift.code.index.sealed import Unusable, seal, unseal
from laneshift.repo.objects import Repository, Tree

_FILES = {f"p/m{n}.py": f"import m{n + 1}\nname_{n} = {n}\n" for n in range(70)}
_WORDS = (b"import", b"m7", b"name_12", b"absent")


def _indexed(path: Path) -> tuple[Repository, Tree]:
    repository = repository_at(path)
    tree = drawn(repository, _FILES)
    Index.open(repository).refresh(tree)
    return repository, tree


def _assert_right(repository: Repository, tree: Tree) -> None:
    index = Index.open(Repository.open(repository.git_dir))
    index.refresh(tree)
    assert dict(index.facts(tree)) == {path: extract(tree.read(path)) for path in tree.entries}
    for word in _WORDS:
        assert set(index.mentions(tree, word)) == naive_mentions(tree, word)


def _files(repository: Repository) -> list[Path]:
    return sorted((repository.state_dir / "index").iterdir())


def _flipped(data: bytes) -> bytes:
    at = random.Random(len(data)).randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        _flipped,
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda _: b"",
        lambda _: b"garbage",
        lambda data: data[:17] + bytes(8) + data[25:],
        lambda data: b"\0" * len(data),
    ],
)
def test_a_damaged_file_is_noticed_and_rebuilt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    repository, tree = _indexed(tmp_path)
    before = _files(repository)
    for path in before:
        path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING, "laneshift.index"):
        _assert_right(repository, tree)
    assert caplog.text.count("[index.damaged]") == 3
    caplog.clear()
    _assert_right(repository, tree)
    assert caplog.text == ""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, Tree, dict[Path, bytes]]:
    repository, tree = _indexed(tmp_path_factory.mktemp("indexed"))
    return repository, tree, {path: path.read_bytes() for path in _files(repository)}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_flipped_or_missing_bytes_leave_the_answers_right(
    indexed: tuple[Repository, Tree, dict[Path, bytes]], data: st.DataObject
) -> None:
    repository, tree, whole = indexed
    for path in _files(repository):
        path.unlink()
    for path, before in whole.items():
        content = bytearray(before)
        for _ in range(data.draw(st.integers(0, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))])
    _assert_right(repository, tree)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.binary(max_size=40), max_size=5), st.binary(max_size=20), st.data())
def test_a_sealed_file_opens_whole_or_not_at_all(sections: list[bytes], key: bytes, data: st.DataObject) -> None:
    sealed = seal(key, sections)
    assert list(unseal(BytesIO(sealed), len(sealed), key)) == sections
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:at] + bytes([sealed[at] ^ data.draw(st.integers(1, 255))]) + sealed[at + 1 :]
    for wrong, opened_with in ((changed, key), (sealed[:at], key), (sealed + b"x", key), (sealed, key + b"!")):
        with pytest.raises(Unusable):
            unseal(BytesIO(wrong), len(wrong), opened_with)
    with pytest.raises(Unusable):
        unseal(BytesIO(sealed[:at]), len(sealed), key)


@pytest.mark.parametrize("kind", [FACTS, WORDS])
def test_a_file_of_another_version_is_left_alone_and_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    repository, tree = _indexed(tmp_path)
    (old,) = [path for path in _files(repository) if path.name.startswith(kind)]
    sections = [b"\x11" * 20, b"nonsense"]
    newer = old.with_name(f"{kind}-0badcafe-000000000000")
    newer.write_bytes(seal(b"format 999", sections))
    disguised = old.with_name(old.name[:-4] + "ffff")
    disguised.write_bytes(seal(b"format 999", sections))
    with caplog.at_level(logging.WARNING, "laneshift.index"):
        _assert_right(repository, tree)
        Index.open(repository).refresh(edited(tree, {"new.py": "import new\n"}))
    assert "[index.other-version]" in caplog.text
    assert "format 999" in caplog.text
    assert newer.exists()
    assert disguised.exists()


def _as_of(path: Path, text: str) -> Path:
    """The file as another version would have left it: its key says `text`, and so does its name."""
    other = path.with_name(f"{path.name.partition('-')[0]}-0ddba115-{path.name.rpartition('-')[2]}")
    other.write_bytes(seal(text.encode(), [b"their", b"content"]))
    return other


def test_another_version_is_told_once_and_its_older_files_go_with_the_next_build(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    repository, tree = _indexed(tmp_path)
    ours = _files(repository)
    old = [
        _as_of(path, f"{path.name.partition('-')[0]} format 1, laneshift 0.0.1, cpython 3.11 little") for path in ours
    ]
    for path in ours:
        path.unlink()
    with caplog.at_level(logging.WARNING, "laneshift.index"):
        reader = Index.open(repository)
        assert set(reader.mentions(tree, "name_12")) == naive_mentions(tree, b"name_12")
        assert not reader.knows(tree)
        assert all(path.exists() for path in old)
        reader.refresh(tree)
    assert caplog.text.count("[index.other-version]") == 1
    assert [path for path in old if path.exists()] == []
    caplog.clear()
    _assert_right(repository, tree)
    assert caplog.text == ""


def test_files_of_a_newer_format_or_another_python_stay(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    repository, tree = _indexed(tmp_path)
    ours = _files(repository)
    newer = [
        _as_of(path, f"{path.name.partition('-')[0]} format 999, laneshift 9, cpython 3.11 little") for path in ours
    ]
    beside = folder_of(repository.state_dir, FACTS)
    another = IndexFolder(beside.path, FACTS, beside.key.replace(b"python ", b"python 9."))
    name = another.add([b"of", b"theirs"])
    assert name is not None
    with caplog.at_level(logging.WARNING, "laneshift.index"):
        _assert_right(repository, edited(tree, {f"q/n{at}.py": f"import extra_{at}\n" for at in range(70)}))
    assert caplog.text == ""
    assert [path.exists() for path in (*newer, beside.path / name)] == [True] * 4


def test_sections_that_do_not_fit_under_a_right_checksum_are_dropped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    repository, tree = _indexed(tmp_path)
    for kind in (FACTS, WORDS):
        folder = folder_of(repository.state_dir, kind)
        for path in _files(repository):
            if path.name.startswith(kind):
                path.unlink()
        assert folder.add([b"\x11" * 20, b"\0" * 8, b"r"]) is not None
        assert folder.add([b"\x11" * 20, b"\0", b"\0" * 7, b"", b"", b""]) is not None
    with caplog.at_level(logging.WARNING, "laneshift.index"):
        _assert_right(repository, tree)
    assert caplog.text.count("[index.damaged]") == 4


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    repository, tree = _indexed(tmp_path)
    for path in _files(repository):
        make(path.with_name(path.name[:-4] + "0000"))
    _assert_right(repository, tree)


def test_a_state_folder_that_cannot_be_written_is_bypassed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    repository.state_dir.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING, "laneshift.index"):
        _assert_right(repository, tree)
    assert "[index.not-written]" in caplog.text
    assert repository.state_dir.read_text() == "a file where the folder should be"


def test_a_full_disk_is_bypassed_and_leaves_nothing_half_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import resource
    import signal

    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
    try:
        with caplog.at_level(logging.WARNING, "laneshift.index"):
            _assert_right(repository, tree)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert "[index.not-written]" in caplog.text
    assert _files(repository) == []
    caplog.clear()
    _assert_right(repository, tree)
    assert len(_files(repository)) == 3


def test_many_small_parts_become_few(tmp_path: Path) -> None:
    repository, tree = _indexed(tmp_path)
    for n in range(30):
        tree = edited(tree, {f"q/n{n}.py": f"import extra_{n}\n"})
        Index.open(repository).refresh(tree)
    names = [path.name.partition("-")[0] for path in _files(repository)]
    assert names.count(FACTS) < 13
    assert names.count(WORDS) < 13
    _assert_right(repository, tree)
    assert Index.open(repository).mentions(tree, b"extra_17") == ("q/n17.py",)


def test_leftovers_of_killed_writers_are_removed_in_time(tmp_path: Path) -> None:
    repository, tree = _indexed(tmp_path)
    folder = folder_of(repository.state_dir, FACTS)
    fresh, old = folder.path / ".facts-x.1.partial", folder.path / ".facts-y.2.partial"
    for path in (fresh, old):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    folder.discard([])
    assert fresh.exists()
    assert not old.exists()
    _assert_right(repository, tree)


def test_a_record_segment_refuses_offsets_that_do_not_end_at_the_end() -> None:
    with pytest.raises(ValueError, match="do not belong"):
        RecordSegment([b"\x11" * 20, b"\0" * 8, b"record"])
