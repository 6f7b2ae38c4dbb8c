"""The index gives the answers that the blobs give, cold or warm."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from drawn_trees import drawn, edited, naive_mentions, repository_at
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.facts.extract import extract
from laneshift.code.index import Index
from laneshift.errors import Bug, Refused
from laneshift.repo.objects import MODE_SYMLINK, File, Repository, Tree

_FILES = {
    "a/__init__.py": "from .b import c\n",
    "a/b.py": "import os\nc = 1\n",
    "docs/readme.md": "see a.b and `cached_property`\n",
    "data.bin": b"\0cached_property",
    "run": "#!/bin/sh\npython -m a.b\n",
}


def test_facts_are_those_of_the_blobs(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    facts = Index.open(repository).facts(tree)
    assert dict(facts) == {path: extract(str(_FILES[path]).encode()) for path in ("a/__init__.py", "a/b.py")}
    assert len(facts) == 2
    assert "docs/readme.md" not in facts
    with pytest.raises(KeyError):
        facts["docs/readme.md"]


def test_links_are_the_links_of_the_facts(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    index = Index.open(repository)
    assert dict(index.links(tree)) == {path: facts.links for path, facts in index.facts(tree).items()}


@pytest.mark.parametrize("warm", [False, True])
def test_a_file_that_was_not_compiled_yet_is_compiled_when_asked_about(tmp_path: Path, warm: bool) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"good.py": "x = 1\n", "late.py": "x = 1\nreturn x\n", "never.py": "x = = 1\n"})
    if warm:
        Index.open(repository).refresh(tree)
    index = Index.open(repository)
    assert [(path, index.parses(tree)[path]) for path in tree.entries] == [
        ("good.py", True),
        ("late.py", True),
        ("never.py", False),
    ]
    found = {path: index.refusal(tree, path) for path in tree.entries}
    assert found["good.py"] is None
    assert {path: problem.stage for path, problem in found.items() if problem} == {
        "late.py": "compile",
        "never.py": "parse",
    }
    assert found == {path: index.refusal(tree, path) for path in tree.entries}
    with pytest.raises(KeyError):
        index.refusal(tree, "absent.py")


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize(
    ("word", "paths"),
    [
        (b"cached_property", {"docs/readme.md", "data.bin"}),
        (b"ed_p", {"docs/readme.md", "data.bin"}),
        (b"d_p", {"docs/readme.md", "data.bin"}),
        (b"a.b", {"docs/readme.md", "run"}),
        (b"`", {"docs/readme.md"}),
        (b"\0", {"data.bin"}),
        (b"import os\n", {"a/b.py"}),
        (b"import os\r", set()),
        (b"b", {"a/__init__.py", "docs/readme.md", "run"}),
        (b"y", {"data.bin", "docs/readme.md", "run"}),
        (b"import", {"a/__init__.py", "a/b.py"}),
        (b"mpor", {"a/__init__.py", "a/b.py"}),
        (b"absent", set()),
        (b"1", {"a/b.py"}),
    ],
)
def test_mentions_finds_words_and_parts_of_words(tmp_path: Path, warm: bool, word: bytes, paths: set[str]) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    index = Index.open(repository)
    if warm:
        index.refresh(tree)
    assert set(index.mentions(tree, word)) == paths == naive_mentions(tree, word)


def test_a_question_for_nothing_is_a_bug(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    with pytest.raises(Bug, match="empty text"):
        Index.open(repository).mentions(repository.empty_tree(), b"")


def test_text_is_looked_for_as_utf8(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"a.py": "grüße = 1\n", "b.py": "grusse = 1\n"})
    index = Index.open(repository)
    index.refresh(tree)
    assert index.mentions(tree, "grüße") == ("a.py",)
    assert index.mentions(tree, "üß") == ("a.py",)
    assert index.mentions(tree, "gr") == ("a.py", "b.py")


def test_files_too_large_for_the_index_are_searched_as_they_are(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"big.txt": b"x " * (4 * 1024 * 1024) + b"needle", "small.txt": b"nothing"})
    index = Index.open(repository)
    index.refresh(tree)
    assert index.mentions(tree, b"needle") == ("big.txt",)
    assert index.mentions(tree, b"needles") == ()


def test_a_word_behind_an_escape_in_a_string_is_found(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"a.py": b's = "\\nmodule.name"\n', "b.py": "s = 'módule'\n", "c.py": "modul\n"})
    index = Index.open(repository)
    index.refresh(tree)
    assert index.mentions(tree, b"module") == ("a.py",)
    assert set(index.mentions(tree, b"dule")) == {"a.py", "b.py"}


def test_symlinks_have_no_facts_but_their_targets_are_found(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"a.py": "x = 1\n"}).edit({"b.py": File(b"a.py", MODE_SYMLINK)})
    index = Index.open(repository)
    assert set(index.facts(tree)) == {"a.py"}
    assert list(index.files(tree)) == ["a.py"]
    assert index.mentions(tree, b"py") == ("b.py",)


def test_files_are_listed_in_the_order_of_the_tree(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, dict.fromkeys(["a.py", "a/z.py", "a/b/c.py", "a-b.py", "a0", "b/a", "é/x.py"], "word"))
    index = Index.open(repository)
    assert list(index.files(tree)) == list(tree.entries)
    assert list(index.mentions(tree, b"word")) == list(tree.entries)


def test_folders_may_be_deeper_than_the_interpreters_stack(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    path = "d/" * 1500 + "m.py"
    oid = repository.handle.create_blob(b"import word\n")
    folder = repository.handle.TreeBuilder()
    folder.insert("m.py", oid, 0o100644)
    below = folder.write()
    for _ in range(1500):
        folder = repository.handle.TreeBuilder()
        folder.insert("d", below, 0o040000)
        below = folder.write()
    tree = Tree(repository, str(below))
    assert Index.open(repository).mentions(tree, b"word") == (path,)


def test_paths_that_are_not_utf8_are_answered_for(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    path = b"a/\xff\n.py".decode("utf-8", "surrogateescape")
    tree = drawn(repository, {path: "import word\n"})
    index = Index.open(repository)
    assert index.mentions(tree, b"word") == (path,)
    assert index.facts(tree)[path].imports[0].module == "word"


def _without_blobs(tree: Tree) -> Repository:
    """The repository with every blob of `tree` gone from its object store: whoever reads one is refused."""
    for entry in tree.entries.values():
        (tree.repository.common_dir / "objects" / entry.oid[:2] / entry.oid[2:]).unlink()
    return Repository.open(tree.repository.common_dir)


def test_a_second_process_reads_no_blob_again(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    Index.open(repository).refresh(tree)
    expected = dict(Index.open(repository).facts(tree))
    again = _without_blobs(tree)
    index, tree = Index.open(again), again.tree(tree.oid)
    assert dict(index.facts(tree)) == expected
    assert index.mentions(tree, b"cached_property") == ("data.bin", "docs/readme.md")
    index.refresh(tree)


def test_only_changed_blobs_are_read_for_the_next_tree(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    Index.open(repository).refresh(tree)
    after = _without_blobs(tree).tree(tree.oid)
    after = edited(after, {"a/b.py": "import sys\ncached_property = 1\n"})
    index = Index.open(after.repository)
    assert set(index.mentions(after, b"cached_property")) == {"a/b.py", "data.bin", "docs/readme.md"}
    assert index.facts(after)["a/b.py"].imports[0].module == "sys"
    index.refresh(after)


def test_facts_extracted_one_by_one_are_kept_when_the_index_is_left(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    with Index.open(repository) as index:
        assert index.facts(tree)["a/b.py"].symbols[0].name == "c"
    files = list((repository.state_dir / "index").iterdir())
    assert [path.name.startswith("facts-") for path in files] == [True]


def test_a_missing_blob_is_refused_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, _FILES)
    oid = tree.entries["a/b.py"].oid
    (tmp_path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    again = Repository.open(tmp_path)
    tree = again.tree(tree.oid)
    with pytest.raises(Refused, match="cannot be read") as refused:
        Index.open(again).refresh(tree)
    assert refused.value.code == "index.missing-object"
    with pytest.raises(Refused):
        Index.open(again).mentions(tree, b"import")


def test_a_middling_number_of_unseen_blobs_is_indexed_by_the_first_question(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {f"d/f{n}.txt": f"word{n} shared\n" for n in range(300)})
    index = Index.open(repository)
    assert len(index.mentions(tree, b"shared")) == 300
    assert index.mentions(tree, b"word299") == ("d/f299.txt",)
    assert any(path.name.startswith("words-") for path in (repository.state_dir / "index").iterdir())


_NAMES = st.sampled_from(["a.py", "b/c.py", "b/d.txt", "e/__init__.py", "e/f/g.py", "h"])
_CONTENT = st.lists(
    st.sampled_from(
        [
            b"import alpha",
            b"beta_2",
            b"\\ngamma",
            b"\n",
            b" ",
            b".",
            b"\xc3\xa9",
            b"\0",
            b"alphabet",
            b"\xff",
            b"def f(): pass",
            b'.beta_2."',
            b"alpha.'",
            b"alpha.{}\0",
            b"x.alpha.%s",
        ]
    ),
    max_size=6,
).map(b"".join)
_JOINED = (b'beta_2."', b"alpha.'", b"pha.'", b"a.{", b"alpha.%s", b"alpha.%", b"x.alpha.%s", b'."')
_EDITS = st.lists(st.dictionaries(_NAMES, st.none() | _CONTENT, min_size=1), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_EDITS, st.lists(st.booleans(), min_size=6, max_size=6))
def test_warm_answers_are_cold_answers_over_any_edits(
    edits: list[dict[str, bytes | None]], refreshed: list[bool]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = repository_at(Path(folder))
        tree: Tree = drawn(repository, {"a.py": "import alpha\n"})
        warm = Index.open(repository)
        for files, refresh in zip(edits, refreshed, strict=False):
            tree = edited(tree, files)
            if refresh:
                warm.refresh(tree)
            expected = {path: extract(tree.read(path)) for path in tree.entries if path.endswith(".py")}
            for index in (warm, Index.open(repository)):
                assert dict(index.facts(tree)) == expected
                for word in (
                    b"alpha",
                    b"beta_2",
                    b"gamma",
                    b"ngamma",
                    b"a",
                    b"2",
                    b"beta_2beta_2",
                    b"rt al",
                    b"\n",
                    *_JOINED,
                ):
                    assert set(index.mentions(tree, word)) == naive_mentions(tree, word)


def test_listings_are_kept_for_the_trees_refreshed_last(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"a.py": "1\n", "ü b/c\nd.py": "2\n", os.fsdecode(b"\xff"): "3\n"})
    tree = tree.edit({"link": File(b"a.py", 0o120000)})
    for number in range(12):
        tree = edited(tree, {f"n{at}.txt": f"{number} {at}" for at in range(64)})
        Index.open(repository).refresh(tree)
    kept = [path.name for path in (repository.state_dir / "index").iterdir() if path.name.startswith("trees-")]
    assert len(kept) == 8
    assert any(name.endswith(tree.oid) for name in kept)
    for name in kept:
        again = Tree(repository, name.rpartition("-")[2])
        files = {path: bytes.fromhex(entry.oid) for path, entry in again.entries.items() if entry.is_regular}
        assert Index.open(Repository.open(tmp_path)).files(again) == files
    assert "link" in Index.open(Repository.open(tmp_path)).mentions(tree, b"a.py")


def test_the_listing_of_one_tree_is_never_taken_for_another(tmp_path: Path) -> None:
    repository = repository_at(tmp_path)
    tree = drawn(repository, {"a.py": "1\n", **{f"n{at}.txt": str(at) for at in range(64)}})
    other = edited(tree, {"b.py": "2\n"})
    Index.open(repository).refresh(tree)
    (kept,) = (repository.state_dir / "index").glob("trees-*")
    kept.rename(kept.with_name(kept.name.replace(tree.oid, other.oid)))
    assert Index.open(Repository.open(tmp_path)).files(other).keys() - {f"n{at}.txt" for at in range(64)} == {
        "a.py",
        "b.py",
    }
