"""Other clones count the same batches, and have what foreign code did: both are met at the remote."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.code.codemods.records import Codemod
from laneshift.code.intents import apply
from laneshift.errors import CheckFailed, Refused
from laneshift.repo.objects import Repository
from laneshift.runs.at_hand import at_hand
from laneshift.runs.codemod_batches import key_of
from laneshift.runs.codemod_listing import listed
from laneshift.runs.codemod_records import LISTED, publish
from tests.remote import hook, marks, remote_of
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import QUICK, laneshift, planned, shop_at, toy

RULE = "id: calls\nlanguage: python\nrule:\n  pattern: old($A)\nfix: new($A)\n"
SETTINGS = '[lanes.app]\npaths = ["app/**"]\n\n[landing]\nremote = "origin"\n'
FILES = {
    "laneshift.toml": SETTINGS,
    "rules/calls.yml": RULE,
    **{f"app/m{n}.py": f"def go():\n    return old({n})\n" for n in range(6)},
}
CALLS = ("codemod", "ast-grep:rules/calls.yml", "--batch-size", "2")
ASKED = Codemod.asked("ast-grep:rules/calls.yml", (), {})
ITEM = (
    '[[items]]\nkind = "codemod"\nmodule = "note"\nsrc = "labs/registry.py"\n'
    'parameters = { codemod = "command", run = "python tools/note.py" }\n'
)
NOTE = (
    "from pathlib import Path\n\nplace = Path('labs/registry.py')\ntext = place.read_text()\n"
    "place.write_text(text if text.startswith('# Names') else '# Names\\n' + text)\n"
)


def clone_of(bare: Path, path: Path) -> Path:
    git_cli(bare, "clone", "-q", "--no-local", str(bare), str(path))
    git_cli(path, "config", "user.name", "Other")
    git_cli(path, "config", "user.email", "other@example.org")
    return path


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Path, Path, Path]:
    """My clone, that of others, and the remote of both."""
    mine = tmp_path / "mine"
    repo_at(mine, FILES)
    bare = remote_of(mine, tmp_path / "bare.git")
    return mine, clone_of(bare, tmp_path / "others"), bare


def files_of(path: Path, *words: str) -> list[list[str]]:
    done = laneshift(path, *CALLS, *words, "--json")
    assert done.code == 0, done.out + done.err
    return [batch["files"] for batch in done.data["batches"]]


def test_another_clone_skips_what_was_done(clones: tuple[Path, Path, Path], tmp_path: Path) -> None:
    mine, others, bare = clones
    first = laneshift(mine, *CALLS, "--patch", str(tmp_path / "patches"), "--json")
    git_cli(mine, "apply", "--index", first.data["patches"][0])
    git_cli(mine, "commit", "-q", "-m", "batch 1")
    git_cli(mine, "push", "-q", "origin", "main")
    git_cli(others, "pull", "-q", "origin", "main")
    left = [["app/m2.py", "app/m3.py"], ["app/m4.py", "app/m5.py"]]
    # Without what the remote knows, the second batch of this clone is another one: m2 and m3 would never be done.
    assert files_of(others, "--batch-start", "2", "--dry-run", "--offline") == left[1:]
    assert files_of(others, "--batch-start", "2", "--dry-run") == left
    assert files_of(others, "--batch-start", "2", "--branch", "tidy") == left
    assert git_cli(others, "diff", "--name-only", "main", "tidy-2") == "app/m2.py\napp/m3.py"
    assert [name for name in marks(bare) if name.startswith(LISTED)] == [f"{LISTED}{key_of(ASKED)}"]


def test_whoever_lists_first_says_the_order(clones: tuple[Path, Path, Path]) -> None:
    mine, others, bare = clones
    here, there = Repository.open(mine), Repository.open(others)
    assert listed(there, ASKED, ["b", "c"], keep=True) == ["b", "c"]
    assert listed(here, ASKED, ["c", "d"], keep=True, remote="origin") == ["c", "d"]
    assert listed(there, ASKED, ["a", "b", "c"], keep=True, remote="origin") == ["c", "d", "b", "a"]
    assert listed(here, ASKED, ["e"], keep=True, remote="origin") == ["c", "d", "b", "a", "e"]
    before = marks(bare)
    assert listed(there, ASKED, ["0"], keep=False, remote="origin") == ["c", "d", "b", "a", "e", "0"]
    assert marks(bare) == before
    history = git_cli(bare, "rev-list", "--count", before[f"{LISTED}{key_of(ASKED)}"])
    assert history == "3"


def test_a_remote_that_does_not_take_the_listing_is_told(clones: tuple[Path, Path, Path]) -> None:
    mine, _, bare = clones
    hook(bare, "pre-receive", "echo no listings here >&2; exit 1")
    with pytest.raises(CheckFailed) as failed:
        listed(Repository.open(mine), ASKED, ["a"], keep=True, remote="origin")
    assert failed.value.code == "codemod.listing-refused"


BAD = ("{", '{"a": 1}', '["../a"]', '["/etc/passwd"]', "[3]", '["a\\\\u0000b"]', "[" * 100_000)


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_listing_that_is_none_is_refused(clones: tuple[Path, Path, Path], text: str) -> None:
    mine, others, bare = clones
    commit_files(others, {"listing.json": text}, "forged")
    git_cli(others, "push", "-q", "origin", f"HEAD:{LISTED}{key_of(ASKED)}")
    with pytest.raises(Refused) as refused:
        listed(Repository.open(mine), ASKED, ["a"], keep=True, remote="origin")
    assert refused.value.code == "codemod.bad-listing"
    assert len(marks(bare)) == 1


def test_a_record_goes_where_the_plan_goes(tmp_path: Path) -> None:
    mine = toy(tmp_path / "mine", {"laneshift.toml": f'{QUICK}\n[landing]\nremote = "origin"\n', "tools/note.py": NOTE})
    bare = remote_of(mine, tmp_path / "bare.git")
    plan = planned(mine, ITEM, "batch.toml")
    codemod = plan.item("note").intent.codemod
    assert codemod is not None
    record = dict(codemod.parameters)["record"]
    assert list(marks(bare)) == [f"refs/laneshift/codemods/{record}"]
    others = clone_of(bare, tmp_path / "others")
    shop = shop_at(others)
    assert record not in shop.repository.handle
    base, intent = shop.repository.tree(plan.base), plan.item("note").intent
    with pytest.raises(Refused, match="is not here"):
        apply(base, intent, plan.rules)
    at_hand(shop, plan).for_item(lambda argument: argument)({"item": "note", "tree": plan.base_tree})
    assert (
        apply(base, intent, plan.rules).tree.oid
        == apply(shop_at(mine).repository.tree(plan.base), intent, plan.rules).tree.oid
    )
    assert git_cli(others, "for-each-ref", "--format=%(refname)", "refs/laneshift/codemods/").endswith(record)


def test_a_record_that_a_remote_does_not_take_is_told(tmp_path: Path) -> None:
    mine = toy(tmp_path / "mine", {"laneshift.toml": f'{QUICK}\n[landing]\nremote = "origin"\n', "tools/note.py": NOTE})
    bare = remote_of(mine, tmp_path / "bare.git")
    hook(bare, "pre-receive", "echo no records here >&2; exit 1")
    plan = planned(mine, ITEM, "batch.toml")
    assert plan.counts()["ready"] == 1
    assert marks(bare) == {}
    codemod = plan.item("note").intent.codemod
    assert codemod is not None
    assert publish(Repository.open(mine), [dict(codemod.parameters)["record"]], "origin")
    assert publish(Repository.open(mine), [], "origin") == ""
