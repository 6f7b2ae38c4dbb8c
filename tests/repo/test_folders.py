"""Tree objects are read and written as git does, and a folder that was written is remembered as it is read back."""

from __future__ import annotations

import os
from pathlib import Path

import pygit2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Bug
from laneshift.repo.folders import MODE_FILE, MODE_FOLDER, MODE_SYMLINK, Entry, laid_out, parse
from laneshift.repo.objects import File, Repository

_NAMES = st.binary(min_size=1, max_size=6).filter(lambda name: not {0, ord("/")} & set(name)).map(os.fsdecode)
_ENTRIES = st.builds(
    Entry,
    st.sampled_from([MODE_FILE, 0o100755, MODE_SYMLINK, MODE_FOLDER, 0o160000]),
    st.binary(min_size=20, max_size=20).map(bytes.hex),
)
_FOLDERS = st.dictionaries(_NAMES, _ENTRIES, max_size=8)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_FOLDERS)
def test_what_is_written_is_read_back_in_gits_order(folder: dict[str, Entry]) -> None:
    data, listing = laid_out(folder)
    assert list(parse(data).items()) == list(listing.items())
    assert parse(data) == folder
    keys = [os.fsencode(name) + b"/" * (entry.mode == MODE_FOLDER) for name, entry in listing.items()]
    assert keys == sorted(keys)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_FOLDERS.filter(bool), st.data())
def test_cut_or_changed_bytes_are_a_bug_or_another_listing(folder: dict[str, Entry], data: st.DataObject) -> None:
    whole = laid_out(folder)[0]
    size = data.draw(st.integers(0, len(whole) - 1))
    ends = {len(laid_out(dict(list(parse(whole).items())[:count]))[0]) for count in range(len(folder))}
    if size in ends:
        assert len(parse(whole[:size])) < len(folder)
    else:
        with pytest.raises(Bug, match="cut short"):
            parse(whole[:size])


@pytest.mark.parametrize(
    "data",
    [b"100644", b"100644 a", b"100644 a\0" + b"x" * 19, b" a\0" + b"x" * 20, b"9 a\0" + b"x" * 20, b"\n" * 30],
)
def test_bytes_that_are_no_tree_are_a_bug(data: bytes) -> None:
    with pytest.raises(Bug, match="cut short"):
        parse(data)


def test_an_id_may_hold_any_bytes_and_an_old_mode_is_a_file() -> None:
    awkward = b"100644 b\x00100644 cc\0\n"
    assert len(awkward) == 20
    assert list(parse(b"100664 a b\0" + awkward + b"40000 d\0" + awkward).items()) == [
        ("a b", Entry(MODE_FILE, awkward.hex())),
        ("d", Entry(MODE_FOLDER, awkward.hex())),
    ]


def test_trees_are_those_that_the_library_writes(tmp_path: Path) -> None:
    handle = pygit2.init_repository(str(tmp_path))
    repository = Repository.open(tmp_path)
    tree = repository.empty_tree().edit({"a.py": File(b"1\n"), "a/b.py": File(b"2\n"), "a-b": File(b"3\n", 0o100755)})
    builder, inner = handle.TreeBuilder(), handle.TreeBuilder()
    inner.insert("b.py", handle.create_blob(b"2\n"), MODE_FILE)
    builder.insert("a", inner.write(), MODE_FOLDER)
    builder.insert("a.py", handle.create_blob(b"1\n"), MODE_FILE)
    builder.insert("a-b", handle.create_blob(b"3\n"), 0o100755)
    assert tree.oid == str(builder.write())
    assert tree.below("") == Repository.open(tmp_path).folders.below(tree.oid)


def test_bytes_that_were_written_are_remembered_and_large_ones_are_not(tmp_path: Path) -> None:
    pygit2.init_repository(str(tmp_path))
    repository = Repository.open(tmp_path)
    small, large = repository.write_blob(b"1\n"), repository.write_blob(b"x" * (5 << 20))
    assert repository.remembered(small) == b"1\n"
    assert repository.remembered(large) is None
    assert len(repository.blob(large)) == 5 << 20
    assert Repository.open(tmp_path).remembered(small) is None
