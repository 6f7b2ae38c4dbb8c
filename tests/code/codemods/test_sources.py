"""Rule files, records, and the fixpoint that every codemod has to reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.code.codemods.apply import apply_codemod, pinned
from laneshift.code.codemods.fixpoint import MOST_PASSES, settle
from laneshift.code.codemods.recorded import COMMAND, RECORD, record
from laneshift.code.codemods.records import Answer, Codemod
from laneshift.errors import Refused
from laneshift.repo.objects import File, Tree
from laneshift.repo.patching import patch_between, patched
from tests.repo.builders import git_cli, repo_at

RULE = "id: calls\nlanguage: python\nrule:\n  pattern: old($A, $$$REST)\nfix: new($$$REST, first=$A)\n"
FILES = {
    "rules/calls.yml": RULE,
    "app/a.py": "x = old(1, 2, 3)\ny = old(old(4, 5), 6)  # caf\u00e9\n",
    "app/b.py": "z = 'old(1, 2)'\n",
    "lib/c.py": "w = old(7, 8)\n",
}


@pytest.fixture
def base(tmp_path: Path) -> Tree:
    return repo_at(tmp_path / "repo", FILES).tree("HEAD")


def rule(tree: Tree, *paths: str) -> Codemod:
    return pinned(tree, Codemod.asked("ast-grep:rules/calls.yml", paths, {}))


def test_a_rule_file_is_applied_until_nothing_is_left(base: Tree) -> None:
    done = apply_codemod(base, rule(base, "app"), (), "tests")
    text = "x = new(2, 3, first=1)\ny = new(6, first=new(5, first=4))  # caf\u00e9\n"
    assert done.tree.read("app/a.py").decode() == text
    assert done.tree.entry("lib/c.py") == base.entry("lib/c.py")
    assert done.passes == 2
    assert [edit.line for edit in done.answer.edits] == [1, 2, 2]
    assert apply_codemod(done.tree, rule(base, "app"), (), "tests").passes == 0


def test_the_same_tree_comes_out_every_time(base: Tree) -> None:
    assert {apply_codemod(base, rule(base), (), "tests").tree.oid for _ in range(2)} != {base.oid}
    assert len({apply_codemod(base, rule(base), (), "tests").tree.oid for _ in range(2)}) == 1


def test_a_rule_that_changed_is_another_codemod(base: Tree) -> None:
    changed = base.edit({"rules/calls.yml": File(RULE.replace("first", "last").encode())})
    with pytest.raises(Refused) as refused:
        apply_codemod(changed, rule(base), (), "tests")
    assert refused.value.code == "codemod.pin-drifted"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "YAML"),
        ("fix: x\n", "no `rule`"),
        ("rule: {pattern: a}\n", "`fix`"),
        ("rule: {pattern: a}\nfix: b\nlanguage: rust\n", "python"),
        ("rule: {pattern: a}\nfix: b\nshell: rm\n", "shell"),
    ],
)
def test_bad_rule_files_are_refused(base: Tree, text: str, word: str) -> None:
    tree = base.edit({"rules/calls.yml": File(text.encode())})
    with pytest.raises(Refused, match=word) as refused:
        apply_codemod(tree, rule(tree), (), "tests")
    assert refused.value.code == "codemod.bad-rule"


def test_what_would_not_be_python_is_left_alone(base: Tree) -> None:
    tree = base.edit({"rules/calls.yml": File(RULE.replace("new(", "new((").encode())})
    done = apply_codemod(tree, rule(tree, "lib"), (), "tests")
    assert done.tree == tree
    assert [each.cause for each in done.answer.refusals] == ["unreadable"]


def test_a_codemod_that_never_ends_is_refused(base: Tree) -> None:
    def once(tree: Tree) -> Answer:
        return Answer({"app/b.py": tree.read("app/b.py") + b"#"})

    with pytest.raises(Refused, match=str(MOST_PASSES)) as refused:
        settle(base, once)
    assert refused.value.code == "codemod.no-fixpoint"


def test_ten_passes_are_allowed(base: Tree) -> None:
    def once(tree: Tree) -> Answer:
        text = tree.read("app/b.py")
        return Answer({"app/b.py": text + b"#"} if text.count(b"#") < MOST_PASSES else {})

    assert settle(base, once).passes == MOST_PASSES


def recorded(base: Tree, files: dict[str, bytes]) -> Codemod:
    oid, pin = record(base.repository, base, files)
    return Codemod.asked(COMMAND, (), {RECORD: oid}, pin)


def test_a_record_gives_the_same_tree_and_is_done_once(base: Tree) -> None:
    codemod = recorded(base, {"app/b.py": b"z = 1\n", "app/new.py": b"n = 1\n"})
    done = apply_codemod(base, codemod, (), "tests")
    assert (done.tree.read("app/b.py"), done.tree.read("app/new.py")) == (b"z = 1\n", b"n = 1\n")
    assert apply_codemod(done.tree, codemod, (), "tests").passes == 0


def test_a_record_is_refused_where_the_file_changed_since(base: Tree) -> None:
    codemod = recorded(base, {"app/b.py": b"z = 1\n"})
    for path, text in (("app/b.py", b"z = 2\n"), ("app/a.py", b"a = 2\n")):
        moved = base.edit({path: File(text)})
        if path == "app/a.py":
            assert apply_codemod(moved, codemod, (), "tests").tree.read("app/b.py") == b"z = 1\n"
            continue
        with pytest.raises(Refused) as refused:
            apply_codemod(moved, codemod, (), "tests")
        assert refused.value.code == "codemod.drifted"


def test_another_record_than_the_pinned_one_is_refused(base: Tree) -> None:
    one, other = recorded(base, {"app/b.py": b"z = 1\n"}), recorded(base, {"app/b.py": b"z = 3\n"})
    forged = Codemod(one.name, one.paths, other.parameters, one.pin)
    with pytest.raises(Refused) as refused:
        apply_codemod(base, forged, (), "tests")
    assert refused.value.code == "codemod.pin-drifted"


def test_codemods_are_stored_and_read_back(base: Tree) -> None:
    codemod = Codemod.asked("isolate-import", ("b", "a", "a"), {"mode": "lazy", "lane": "labs"})
    assert Codemod.from_json(codemod.as_json()) == codemod
    for bad in ({}, {**codemod.as_json(), "more": 1}, {**codemod.as_json(), "pin": 3}):
        with pytest.raises(Refused):
            Codemod.from_json(bad)


def test_an_unknown_name_is_refused(base: Tree) -> None:
    with pytest.raises(Refused, match="no codemod is called 'magic'"):
        apply_codemod(base, Codemod.asked("magic", (), {}), (), "tests")


def test_patches_are_those_that_git_takes(base: Tree, tmp_path: Path) -> None:
    done = apply_codemod(base, rule(base), (), "tests").tree
    patch = patch_between(base, done)
    git_cli(tmp_path / "repo", "apply", "--index", "-", stdin=patch)
    assert git_cli(tmp_path / "repo", "write-tree") == done.oid
    assert patched(base.repository, base, patch, "x") == done
    with pytest.raises(Refused) as refused:
        patched(base.repository, done, patch, "x")
    assert refused.value.code == "patch.does-not-apply"
