"""The bytes of blobs searched not long ago: bounded, and never another answer than the blobs give."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.index import Index
from laneshift.code.index.recent import RecentBytes
from laneshift.repo.objects import File, Repository
from tests.repo.builders import repo_at

_blobs = st.lists(st.tuples(st.binary(min_size=1, max_size=2), st.binary(max_size=12)), max_size=40)


@given(_blobs)
def test_it_never_holds_more_than_it_may_nor_what_is_too_large(blobs: list[tuple[bytes, bytes]]) -> None:
    recent, first = RecentBytes(largest=8, at_most=20), dict[bytes, bytes]()
    for oid, data in blobs:
        recent.put(oid, first.setdefault(oid, data))
        held = {known: found for known in first if (found := recent.get(known)) is not None}
        assert held == {known: first[known] for known in held}
        assert recent.held == sum(map(len, held.values())) <= 20
        assert all(len(found) <= 8 for found in held.values())
        assert len(first[oid]) > 8 or oid in held


def test_the_first_to_come_is_the_first_to_go() -> None:
    recent = RecentBytes(largest=8, at_most=8)
    for name in (b"a", b"b", b"c"):
        recent.put(name, name * 4)
    assert [recent.get(name) for name in (b"a", b"b", b"c")] == [None, b"bbbb", b"cccc"]


def test_a_blob_that_the_index_never_saw_is_read_once_for_many_questions(tmp_path: Path) -> None:
    """Taken out of the repository after the first question, it is still answered for: nothing was read again."""
    repository = Repository.open(repo_at(tmp_path, {f"m{n}.py": f"word_{n}\n" for n in range(20)}).common_dir.parent)
    index = Index.open(repository)
    index.refresh(repository.tree("HEAD"))
    tree = repository.tree("HEAD").edit({"new.py": File(b"fresh word_3\n")})
    assert index.mentions(tree, "fresh") == ("new.py",)
    entry = tree.entry("new.py")
    assert entry is not None
    (repository.common_dir / "objects" / entry.oid[:2] / entry.oid[2:]).unlink()
    assert index.mentions(tree, "word_3") == ("m3.py", "new.py")
    assert index.mentions(tree, "elsewhere") == ()
