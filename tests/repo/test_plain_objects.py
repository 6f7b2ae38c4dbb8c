"""Objects read without the library: whatever git has stored, and never anything else, however it is damaged."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.kinds import NAMES, Kind, object_id, object_id_of_little
from laneshift.repo.objects import Repository
from laneshift.repo.packs import LARGEST, Pack, patched
from laneshift.repo.plain_objects import PlainObjects
from tests.repo.builders import commit_files, git_cli, repo_at

_KINDS = {name.decode(): kind for kind, name in NAMES.items()}
_LINES = 60

PACKINGS: dict[str, Sequence[Sequence[str]]] = {
    "loose": [],
    "aggressive": [("gc", "-q", "--aggressive", "--prune=now")],
    "chains": [("repack", "-q", "-adf", "--depth=200", "--window=250")],
    "bases by id": [("-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-adf", "--window=50")],
    "no compression": [("-c", "core.compression=0", "repack", "-q", "-adF")],
    "many packs": [("repack", "-q", "-d", "--max-pack-size=1m")],
    "with a bitmap": [("repack", "-q", "-adb")],
    "several packs, one index": [("repack", "-q", "-ad"), ("multi-pack-index", "write")],
}


@pytest.mark.parametrize("size", [0, 1, 63, 64, 1 << 17, (1 << 17) + 1])
def test_both_ways_to_hash_give_the_id_of_git(tmp_path: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    (tmp_path / "data").write_bytes(data)
    told = git_cli(tmp_path, "hash-object", "--no-filters", "data").strip()
    assert object_id(Kind.BLOB, data) == object_id_of_little(Kind.BLOB, data) == told


def drawn_repository(path: Path, seed: int) -> None:
    """Texts that are changes of one another, in a few commits and folders, with an annotated tag."""
    drawn = random.Random(seed)
    text = [f"{number} {drawn.random()}\n" for number in range(_LINES)]
    repo_at(path, {"start": "".join(text)})
    for number in range(drawn.randint(2, 4)):
        files: dict[str, str | bytes | None] = {"empty": b"", "noise": drawn.randbytes(drawn.randint(1, 9000))}
        for name in drawn.sample(["start", "a/one", "a/b/two", "long"], 3):
            text[drawn.randrange(_LINES)] = f"changed {drawn.random()}\n"
            files[name] = "".join(text) * (40 if name == "long" else 1)
        commit_files(path, files, f"change {number}")
        if drawn.random() < 0.4:
            git_cli(path, "repack", "-q", "-d")
    git_cli(path, "tag", "-a", "-m", "a tag", "tagged")


def by_git(path: Path) -> dict[str, tuple[int, bytes]]:
    """Every object of a repository, alternates included, as the git program gives it."""
    done = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"], cwd=path, capture_output=True, check=True
    )
    found, at = {}, 0
    while at < len(done.stdout):
        end = done.stdout.index(b"\n", at)
        oid, kind, size = done.stdout[at:end].decode().split()
        found[oid] = (int(_KINDS[kind]), done.stdout[end + 1 : end + 1 + int(size)])
        at = end + 1 + int(size) + 1
    return found


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6), packing=st.sampled_from(sorted(PACKINGS)))
def test_everything_reads_as_git_reads_it(tmp_path_factory: pytest.TempPathFactory, seed: int, packing: str) -> None:
    path = tmp_path_factory.mktemp("drawn")
    drawn_repository(path, seed)
    for words in PACKINGS[packing]:
        git_cli(path, *words)
    expected = by_git(path)
    plain = PlainObjects(path / ".git" / "objects")
    assert {oid: plain.read(oid) for oid in expected} == expected
    assert plain.read("0" * 40) is None
    loose = {oid for oid in expected if (path / ".git" / "objects" / oid[:2] / oid[2:]).exists()}
    told = {oid: plain.read_header(oid) for oid in expected if oid not in loose}
    assert told == {oid: (expected[oid][0], len(expected[oid][1])) for oid in told}
    assert plain.read_header("0" * 40) is None


@pytest.mark.parametrize("packing", sorted(PACKINGS))
def test_every_way_to_pack_is_read(tmp_path: Path, packing: str) -> None:
    drawn_repository(tmp_path, 7)
    for words in PACKINGS[packing]:
        git_cli(tmp_path, *words)
    expected = by_git(tmp_path)
    plain = PlainObjects(tmp_path / ".git" / "objects")
    assert {oid: plain.read(oid) for oid in reversed(expected)} == dict(reversed(expected.items()))
    assert len(expected) > 10


def test_the_length_of_a_change_is_told_whatever_stands_before_its_first_byte(tmp_path: Path) -> None:
    """The tables of what is deflated take more bytes the more kinds of letters there are."""
    drawn = random.Random(5)
    letters = [chr(0x20 + int(drawn.paretovariate(0.4)) % 0x700) for _ in range(40_000)]
    repo_at(tmp_path, {"f": "".join(letters)})
    for at in range(0, len(letters), 200):
        letters[at : at + 60] = drawn.choices(letters, k=60)
    commit_files(tmp_path, {"f": "".join(letters)})
    git_cli(tmp_path, "repack", "-q", "-adf")
    expected = by_git(tmp_path)
    bases = git_cli(tmp_path, "cat-file", "--batch-all-objects", "--batch-check=%(deltabase)").split()
    assert len([base for base in bases if int(base, 16)]) == 1
    plain = PlainObjects(tmp_path / ".git" / "objects")
    assert {oid: plain.read_header(oid) for oid in expected} == {o: (k, len(d)) for o, (k, d) in expected.items()}


def test_objects_are_borrowed_through_several_alternates(tmp_path: Path) -> None:
    drawn_repository(tmp_path / "a", 3)
    git_cli(tmp_path / "a", "gc", "-q")
    git_cli(tmp_path, "clone", "-q", "--shared", "a", "b")
    commit_files(tmp_path / "b", {"of b": "1"})
    git_cli(tmp_path, "clone", "-q", "--shared", "b", "c")
    borrowed = tmp_path / "c" / ".git" / "objects" / "info" / "alternates"
    (first, *more) = borrowed.read_text().splitlines()
    borrowed.write_text("\n".join([os.path.relpath(first, borrowed.parents[1]), *more, ""]))
    commit_files(tmp_path / "c", {"of c": "2"})
    expected = by_git(tmp_path / "c")
    plain = PlainObjects(tmp_path / "c" / ".git" / "objects")
    assert {oid: plain.read(oid) for oid in expected} == expected
    assert {oid for oid, (kind, _) in expected.items() if kind == Kind.COMMIT} > {
        git_cli(tmp_path / "a", "rev-parse", "HEAD")
    }


@pytest.mark.parametrize("told", ['"quoted/objects"\n', "# a remark\n/nowhere\n"])
def test_alternates_that_are_not_plain_are_left_to_the_library(tmp_path: Path, told: str) -> None:
    repository = repo_at(tmp_path, {"a": "1"})
    (tmp_path / ".git" / "objects" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "objects" / "info" / "alternates").write_text(told)
    oid = git_cli(tmp_path, "rev-parse", "HEAD:a")
    assert PlainObjects(tmp_path / ".git" / "objects").read(oid) is None
    assert repository.blob(oid) == b"1"


def test_alternates_in_a_circle_end(tmp_path: Path) -> None:
    drawn_repository(tmp_path, 4)
    objects = tmp_path / ".git" / "objects"
    (objects / "info").mkdir(exist_ok=True)
    (objects / "info" / "alternates").write_text(f"{objects}\n")
    assert PlainObjects(objects).read(git_cli(tmp_path, "rev-parse", "HEAD")) is None


@settings(max_examples=100)
@given(data=st.data())
def test_damage_is_never_read_as_content(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole, expected = packed_once(tmp_path_factory)
    path = tmp_path_factory.getbasetemp() / "damaged"
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(whole, path)
    victim = data.draw(st.sampled_from([each for each in sorted(path.rglob("*")) if each.is_file()]))
    content = bytearray(victim.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:at]
    else:
        content[at : at + 1] = data.draw(st.binary(min_size=0, max_size=9))
    victim.chmod(0o644)
    victim.write_bytes(content)
    plain = PlainObjects(path)
    for oid, found in expected.items():
        assert plain.read(oid) in (found, None)


_packed: list[tuple[Path, dict[str, tuple[int, bytes]]]] = []


def packed_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[int, bytes]]]:
    """The `objects` of one repository with a pack and loose objects, and what they hold."""
    if not _packed:
        path = tmp_path_factory.mktemp("packed")
        drawn_repository(path, 11)
        git_cli(path, "gc", "-q", "--aggressive")
        commit_files(path, {"loose": "one more"})
        _packed.append((path / ".git" / "objects", by_git(path)))
    return _packed[0]


def test_a_pack_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    text = "".join(f"{random.Random(number).random()}\n" for number in range(2000))
    repo_at(tmp_path, {"a": text})
    git_cli(tmp_path, "repack", "-q", "-ad")
    (pack,) = (tmp_path / ".git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    with pack.open("r+b") as file:
        file.truncate(pack.stat().st_size // 3)
    with pytest.raises(Refused) as refused:
        Repository.open(tmp_path).blob(object_id(Kind.BLOB, text.encode()))
    assert refused.value.code == "repo.missing-object"


def test_what_is_not_as_long_as_it_says_takes_no_memory(tmp_path: Path) -> None:
    """A few bytes that inflate to sixteen megabytes and more."""
    content = b"\0" * (2 * LARGEST)
    oid = object_id(Kind.BLOB, content)
    place = tmp_path / oid[:2] / oid[2:]
    place.parent.mkdir()
    place.write_bytes(zlib.compress(b"blob %d\0" % len(content) + content))
    assert PlainObjects(tmp_path).read(oid) is None


def test_a_large_blob_is_left_to_the_library(tmp_path: Path) -> None:
    content = b"\0" * (LARGEST + 1)
    repository = repo_at(tmp_path, {"large": content, "small": b"1"})
    git_cli(tmp_path, "gc", "-q")
    oid = git_cli(tmp_path, "rev-parse", "HEAD:large")
    assert PlainObjects(tmp_path / ".git" / "objects").read(oid) is None
    assert repository.blob_size(oid) == len(content)
    assert repository.blob(oid) == content


def test_another_version_of_pack_indexes_is_left_to_the_library(tmp_path: Path) -> None:
    repository = repo_at(tmp_path, {"a": "1"})
    git_cli(tmp_path, "-c", "pack.indexVersion=1", "repack", "-q", "-ad")
    (index,) = (tmp_path / ".git" / "objects" / "pack").glob("*.idx")
    with pytest.raises(ValueError, match=r"version 2|cut short"):
        Pack(index)
    assert repository.tree("HEAD").read("a") == b"1"


def test_a_pipe_under_the_name_of_an_object_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "12").mkdir()
    os.mkfifo(tmp_path / "12" / ("3" * 38))
    assert PlainObjects(tmp_path).read("12" + "3" * 38) is None


def test_objects_that_came_later_are_found(tmp_path: Path) -> None:
    """Another process packs and writes while this one goes on."""
    repository = repo_at(tmp_path, {"a": "1"})
    assert repository.tree(git_cli(tmp_path, "rev-parse", "HEAD")).read("a") == b"1"
    commit_files(tmp_path, {"b": "2"})
    git_cli(tmp_path, "gc", "-q", "--prune=now")
    assert repository.tree(git_cli(tmp_path, "rev-parse", "HEAD")).read("b") == b"2"


@pytest.mark.parametrize(
    ("delta", "why"),
    [
        (b"\x04\x03\x03abc", "something else"),
        (b"\x03\x03\x02ab", "cut short"),
        (b"\x03\x03\x04abcd", "makes something else"),
        (b"\x03\x03\x00", "makes something else"),
        (b"\x03\x03\x91\x09\x01", "makes something else"),
        (b"\x03" + b"\xff\xff\xff\x7f" + b"\x80", "something else"),
    ],
)
def test_a_change_that_makes_something_else_is_refused(delta: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        patched(b"xyz", delta)


def test_a_change_copies_and_adds() -> None:
    """A length of 0 is 65,536; only the bytes of a start and of a length that are not 0 are written."""
    base = bytes(range(256)) * 300
    wanted = b"hi" + base[7:12] + base[:0x10000] + base[0x100:0x1100]
    orders = (b"\x02hi", b"\x91\x07\x05", b"\x80", b"\xa2\x01\x10")
    assert patched(base, b"".join([_size(len(base)), _size(len(wanted)), *orders])) == wanted


def _size(number: int) -> bytes:
    """Seven bits to a byte, the lowest first."""
    parts = [number >> shift & 0x7F for shift in range(0, max(1, number.bit_length()), 7)]
    return bytes([*(part | 0x80 for part in parts[:-1]), parts[-1]])
