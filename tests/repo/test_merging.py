"""Three-way merges of trees: what git's own merge gives, no side lost, and every disagreement named."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.merging import marked, merge
from laneshift.repo.objects import File, Tree
from tests.code.moves.repos import repository, tree_of
from tests.repo.builders import commit_files, git_cli, repo_at

LINES = "".join(f"line {number}\n" for number in range(12))
_TEXTS = [LINES, LINES.replace("line 1\n", "LINE 1\n"), LINES.replace("line 10\n", "LINE 10\n"), "other\n", ""]
_PATHS = ["a.py", "p/a.py", "p/b.py", "p", "q/c.py"]


def _trees() -> st.SearchStrategy[dict[str, str]]:
    several = st.dictionaries(st.sampled_from(_PATHS), st.sampled_from(_TEXTS), max_size=4)
    return several.filter(lambda files: not ("p" in files and any(path.startswith("p/") for path in files)))


def _texts(tree: Tree) -> dict[str, str]:
    return {path: tree.read(path).decode() for path in tree.entries}


def test_changes_to_one_file_at_two_places_both_survive() -> None:
    base = tree_of({"a": LINES})
    found = merge(base, tree_of({"a": _TEXTS[1]}), tree_of({"a": _TEXTS[2]}))
    assert found.clean
    assert _texts(found.tree) == {"a": _TEXTS[1].replace("line 10\n", "LINE 10\n")}


def test_a_disagreement_is_named_shown_and_leaves_our_side() -> None:
    base, ours, theirs = tree_of({"a": "1\n"}), tree_of({"a": "2\n"}), tree_of({"a": "3\n", "new": "x\n"})
    found = merge(base, ours, theirs)
    [conflict] = found.conflicts
    assert (conflict.path, conflict.why) == ("a", "both-changed")
    assert _texts(found.tree) == {"a": "2\n", "new": "x\n"}
    shown = marked(repository(), conflict)
    assert shown.startswith(b"<<<<<<<")
    assert [line for line in shown.splitlines() if line.isdigit()] == [b"2", b"1", b"3"]


def test_what_one_side_deleted_and_the_other_changed_is_a_disagreement() -> None:
    base = tree_of({"a": "1\n", "b": "2\n"})
    mine, other = tree_of({"b": "2\n"}), tree_of({"a": "changed\n", "b": "2\n"})
    for ours, theirs in ((mine, other), (other, mine)):
        found = merge(base, ours, theirs)
        assert [(each.path, each.why) for each in found.conflicts] == [("a", "deleted-and-changed")]
        assert found.tree == ours


def test_a_rename_on_either_side_is_followed() -> None:
    base = tree_of({"old": LINES, "x": ""})
    renamed, changed = tree_of({"new": _TEXTS[2], "x": ""}), tree_of({"old": _TEXTS[1], "x": ""})
    wanted = {"new": _TEXTS[1].replace("line 10\n", "LINE 10\n"), "x": ""}
    for ours, theirs in ((renamed, changed), (changed, renamed)):
        found = merge(base, ours, theirs)
        assert found.clean
        assert _texts(found.tree) == wanted


def test_a_rename_with_a_disagreement_keeps_our_text() -> None:
    base = tree_of({"old": LINES})
    ours, theirs = tree_of({"old": "line 1 mine\n" + LINES}), tree_of({"new": "line 1 theirs\n" + LINES})
    found = merge(base, ours, theirs)
    assert [(each.path, each.why) for each in found.conflicts] == [("new", "both-changed")]
    assert _texts(found.tree) == {"new": "line 1 mine\n" + LINES}


def test_a_file_is_never_put_over_a_folder_nor_a_folder_over_a_file() -> None:
    base = tree_of({"x": ""})
    folder, file = tree_of({"x": "", "p/a": "1"}), tree_of({"x": "", "p": "2"})
    for ours, theirs, path in ((folder, file, "p"), (file, folder, "p/a")):
        found = merge(base, ours, theirs)
        assert [(each.path, each.why) for each in found.conflicts] == [(path, "file-and-folder")]
        assert found.tree == ours


def test_a_symlink_is_taken_whole_or_not_at_all() -> None:
    base = tree_of({"x": ""}).edit({"link": File(b"one", 0o120000)})
    ours, theirs = base.edit({"link": File(b"two", 0o120000)}), base.edit({"link": File(b"three", 0o120000)})
    assert [each.path for each in merge(base, ours, theirs).conflicts] == ["link"]
    assert merge(base, base, theirs).tree == theirs


def test_bytes_that_are_no_text_survive() -> None:
    base = tree_of({"a": b"\xff 1\n\r\n" * 9})
    ours, theirs = tree_of({"a": b"mine\xfe\n" + b"\xff 1\n\r\n" * 9}), tree_of({"a": b"\xff 1\n\r\n" * 9 + b"end\x80"})
    assert merge(base, ours, theirs).tree.read("a") == b"mine\xfe\n" + b"\xff 1\n\r\n" * 9 + b"end\x80"


@given(_trees(), _trees(), _trees())
@settings(max_examples=150)
def test_one_side_alone_is_taken_whole_and_a_clean_merge_is_symmetric(
    base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    start, mine, other = tree_of(base), tree_of(ours), tree_of(theirs)
    assert merge(start, start, other).tree == other
    assert merge(start, mine, start).tree == mine
    assert merge(start, mine, mine).tree == mine
    there, back = merge(start, mine, other), merge(start, other, mine)
    assert there.clean == back.clean
    if there.clean:
        assert there.tree == back.tree


def test_it_gives_what_git_merge_gives(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", {f"d{number}/f.txt": LINES for number in range(4)})
    base = repo.tree("main")
    git_cli(tmp_path / "repo", "switch", "-q", "-c", "other")
    commit_files(tmp_path / "repo", {"d0/f.txt": _TEXTS[1], "d1/f.txt": None, "new.txt": "1\n"})
    git_cli(tmp_path / "repo", "switch", "-q", "main")
    commit_files(tmp_path / "repo", {"d0/f.txt": _TEXTS[2], "d2/f.txt": "short\n"})
    found = merge(base, repo.tree("main"), repo.tree("other"))
    git_cli(tmp_path / "repo", "merge", "-q", "--no-edit", "other")
    assert found.clean
    assert found.tree == repo.tree("main")
