"""A fix holds for the bytes that it was made for, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.codemods.fix import carried, fix_of, fixed_files, may_be_mended
from laneshift.code.codemods.records import Codemod
from laneshift.code.intents import Intent, Rules
from laneshift.errors import Refused
from laneshift.manifests.applying import apply, unapply
from laneshift.repo.objects import Entry, File, Tree
from tests.repo.builders import repo_at

FILES = {
    "labs/__init__.py": "",
    "labs/a.py": "NAME = 'labs'\n",
    "core/__init__.py": "",
    "core/b.py": "import labs.a\n",
    "tests/test_a.py": "import labs.a\n",
}
MOVE = Intent("labs.a", "labs/a.py", "core/a.py")
RULES = Rules()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A module and who imports it."""
    return repo_at(tmp_path_factory.mktemp("fix") / "repo", FILES).tree("HEAD")


def mended(tree: Tree, **files: bytes) -> Intent:
    """The move with these bytes as its fix; names of files without their folder and ending."""
    after = apply(tree, MOVE, RULES).tree
    paths = {f"core/{name}.py": data for name, data in files.items()}
    return replace(MOVE, fix=fix_of(tree.repository, after, paths, "claude-code", "claude@example.org"))


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_it_is_part_of_the_intent_and_applied_again_gives_the_same(tree: Tree, first: bytes, second: bytes) -> None:
    intent = mended(tree, a=first, b=second)
    applied = apply(tree, intent, RULES)
    assert (applied.tree.read("core/a.py"), applied.tree.read("core/b.py")) == (first, second)
    assert apply(tree, Intent.from_json(intent.as_json()), RULES).tree == applied.tree
    assert apply(tree, intent.unfixed, RULES).tree == apply(tree, MOVE, RULES).tree
    assert intent.fix is not None
    assert fixed_files(applied.tree, intent.fix) == {}
    assert applied.tests.keys().isdisjoint(intent.fix.paths)


def test_the_move_goes_back_from_under_it(tree: Tree) -> None:
    """As with a codemod, what was edited stays for the merge to tell apart."""
    intent = mended(tree, a=b"NAME = 'core'\n")
    back = unapply(apply(tree, intent, RULES).tree, intent, RULES).tree
    assert back.read("labs/a.py") == b"NAME = 'core'\n"
    assert "core/a.py" not in back


def test_on_another_file_than_it_was_made_for_it_is_refused(tree: Tree) -> None:
    intent = mended(tree, b=b"import core.a as other\n")
    drifted = tree.edit({"core/b.py": File(b"import labs.a\nimport os\n")})
    with pytest.raises(Refused) as refused:
        apply(drifted, intent, RULES)
    assert (refused.value.code, refused.value.where) == ("fix.drifted", "core/b.py")


LINES = [f"line_{number} = {number}" for number in range(20)]


@given(st.integers(0, 19), st.integers(0, 19))
def test_what_others_did_elsewhere_in_the_file_is_merged(tree: Tree, mine: int, theirs: int) -> None:
    """Both edits are there where they do not meet; where they do, it is refused and nothing is made up."""
    tree = tree.edit({"core/b.py": File(_text({}))})
    after = apply(tree, MOVE, RULES).tree
    fix = fix_of(tree.repository, after, {"core/b.py": _text({mine: "mended"})}, "claude-code", "")
    changed = after.edit({"core/b.py": File(_text({theirs: "edited"}))})
    if abs(mine - theirs) < 2:
        with pytest.raises(Refused, match="mended it") as refused:
            fixed_files(changed, fix)
        assert refused.value.code == "fix.drifted"
        return
    assert fixed_files(changed, fix) == {"core/b.py": _text({mine: "mended", theirs: "edited"})}
    assert carried(changed.edit({"core/b.py": File(_text({mine: "mended", theirs: "edited"}))}), fix) == ("core/b.py",)
    assert carried(after.edit({"core/b.py": File(_text({mine: "mended"}))}), fix) == ()
    done = changed.edit({path: File(data) for path, data in fixed_files(changed, fix).items()})
    assert fixed_files(done, fix) == {}


def _text(changes: dict[int, str]) -> bytes:
    return "".join(f"{changes.get(number, line)}\n" for number, line in enumerate(LINES)).encode()


def test_a_file_that_is_gone_or_no_file_any_more_is_refused(tree: Tree) -> None:
    intent = mended(tree, b=b"import core.a as other\n")
    assert intent.fix is not None
    after = apply(tree, MOVE, RULES).tree
    link = after.edit({"core/b.py": Entry(0o120000, after.entries["core/b.py"].oid)})
    for other in (after.edit({"core/b.py": None}), link):
        with pytest.raises(Refused) as refused:
            fixed_files(other, intent.fix)
        assert refused.value.code == "fix.drifted"


@pytest.mark.parametrize(
    "path", ["tests/test_a.py", "tests/moves/test_core_a.py", "core/new.py", "conftest.py", ".github/a.py", "a.toml"]
)
def test_a_record_that_reaches_further_is_refused(tree: Tree, path: str) -> None:
    """A plan may come from elsewhere with any record in it."""
    after = apply(tree, MOVE, RULES).tree
    fix = fix_of(tree.repository, after, {path: b"x = 1\n"}, "somebody", "")
    with pytest.raises(Refused) as refused:
        apply(tree, replace(MOVE, fix=fix), RULES)
    assert refused.value.code == "fix.out-of-bounds"


def test_a_record_that_is_not_the_pinned_one_is_refused(tree: Tree) -> None:
    fix = mended(tree, a=b"x\n").fix
    assert fix is not None
    other = mended(tree, a=b"y\n").fix
    assert other is not None
    forged = Codemod(fix.name, fix.paths, other.parameters, fix.pin)
    with pytest.raises(Refused) as refused:
        apply(tree, replace(MOVE, fix=forged), RULES)
    assert refused.value.code == "codemod.pin-drifted"


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("core/a.py", True),
        ("core/a.pyi", True),
        ("core/latest/contest.py", True),
        ("core/test_a.py", False),
        ("core/a_test.py", False),
        ("core/tests/a.py", False),
        ("core/conftest.py", False),
        ("setup.py", False),
        ("laneshift.toml", False),
        (".github/workflows/a.py", False),
    ],
)
def test_what_judges_a_fix_is_not_for_it_to_edit(path: str, may: bool) -> None:
    assert may_be_mended(path) is may


def test_without_its_record_it_is_refused(tree: Tree, tmp_path: Path) -> None:
    """Where the record is not, the fix is refused by name and nothing is guessed."""
    intent = mended(tree, a=b"x\n")
    other = repo_at(tmp_path / "other", FILES).tree("HEAD")
    with pytest.raises(Refused) as refused:
        apply(other, intent, RULES)
    assert refused.value.code == "codemod.no-record"
