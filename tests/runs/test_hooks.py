"""The hooks for people: real commits and real pushes, with and without hooks of their own."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.repo.objects import Repository
from laneshift.runs.doctor.hooked import hooks_rows
from laneshift.runs.hook_script import BEFORE, HOOKS, kind_of, python_of, script, since_of
from laneshift.runs.hooks import install, remove
from laneshift.runs.pushed_refs import branch_faults, read_pushed
from tests.repo.builders import commit_files, git_cli, repo_at, write_files
from tests.toy import environment, laneshift

GOOD = "feat(core): add b\n\nProblem:\n- no b\n\nSolution:\n- add it\n\nImpact:\n- none\n"
SAYS = '#!/bin/sh\necho "$(pwd)|$*|$(cat)" >>"$PWD/../said"\nexit "$(cat ../code 2>/dev/null || echo 0)"\n'
"""A hook of somebody's own: it writes down what it is told, and ends as the test wants."""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "my repo's"
    repo_at(path, {"core/a.py": "A = 1\n", "labs/x.py": "X = 1\n"})
    git_cli(tmp_path, "init", "-q", "--bare", "far.git")
    git_cli(path, "remote", "add", "far", str(tmp_path / "far.git"))
    git_cli(path, "config", "user.name", "Ada")
    git_cli(path, "config", "user.email", "ada@example.org")
    return path


def git(path: Path, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Git with its hooks, as a person runs it: how it ended, and what it said."""
    done = subprocess.run(
        ["git", *arguments], cwd=path, env=environment(env), capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def own_hook(path: Path, hook: str, text: str = SAYS, mode: int = 0o755) -> Path:
    place = path / ".git/hooks" / hook
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    place.chmod(mode)
    return place


def commit(path: Path, message: str, *more: str) -> tuple[int, str]:
    return git(path, "commit", "--allow-empty", "-q", "-m", message, *more)


def far(path: Path) -> str:
    return git_cli(path.parent / "far.git", "for-each-ref", "--format=%(refname)")


def test_a_message_by_hand_is_checked_when_git_commits(repo: Path) -> None:
    assert laneshift(repo, "doctor", "--install-hooks").code == 0
    before = git_cli(repo, "rev-parse", "HEAD")
    code, said = commit(repo, "wip.")
    assert code == 1
    assert "message:1: not `type(scope): subject`" in said.replace(str(repo / ".git/COMMIT_EDITMSG"), "message")
    assert git_cli(repo, "rev-parse", "HEAD") == before
    assert commit(repo, GOOD.replace("(core)", "(other)"))[0] == 1
    assert commit(repo, GOOD) == (0, "")
    assert git_cli(repo, "log", "-1", "--format=%s") == "feat(core): add b"


def test_git_writes_merges_reverts_and_fixups_itself(repo: Path) -> None:
    git_cli(repo, "checkout", "-q", "-b", "topic")
    commit_files(repo, {"core/b.py": "B = 1\n"}, GOOD)
    git_cli(repo, "checkout", "-q", "main")
    commit_files(repo, {"core/c.py": "C = 1\n"}, GOOD)
    install(Repository.open(repo))
    assert git(repo, "merge", "-q", "--no-edit", "topic")[0] == 0
    assert len(git_cli(repo, "log", "-1", "--format=%P").split()) == 2
    assert git(repo, "commit", "-q", "--amend", "--no-edit")[0] == 0
    assert git(repo, "commit", "-q", "--amend", "-m", "Merge it all")[0] == 1
    assert git(repo, "revert", "--no-edit", "HEAD~1")[0] == 0
    write_files(repo, {"core/a.py": "A = 2\n"})
    assert git(repo, "commit", "-q", "-a", "--fixup", "HEAD")[0] == 0
    assert git_cli(repo, "log", "-1", "--format=%s").startswith("fixup! Revert ")


def test_commits_are_melted_by_a_rebase_under_the_hooks(repo: Path) -> None:
    install(Repository.open(repo))
    for at in range(2):
        write_files(repo, {f"core/new{at}.py": "X = 1\n"})
        git_cli(repo, "add", "-A")
        assert commit(repo, GOOD)[0] == 0
    write_files(repo, {"core/new0.py": "X = 2\n"})
    assert git(repo, "commit", "-q", "-a", "--fixup", "HEAD~1")[0] == 0
    quiet = {"GIT_SEQUENCE_EDITOR": ":"}
    assert git(repo, "rebase", "-q", "-i", "--autosquash", "HEAD~3", env=quiet)[0] == 0
    assert git_cli(repo, "log", "--format=%s").splitlines() == ["feat(core): add b"] * 2 + ["initial"]


def test_an_edited_message_loses_its_remarks_before_it_is_checked(repo: Path) -> None:
    install(Repository.open(repo))
    (repo.parent / "message").write_text(GOOD)
    (repo.parent / "edit.sh").write_text(
        '#!/bin/sh\ncat "$(dirname "$0")/message" "$1" >"$1.new" && mv "$1.new" "$1"\n'
    )
    (repo.parent / "edit.sh").chmod(0o755)
    editor = {"GIT_EDITOR": shlex.quote(str(repo.parent / "edit.sh"))}
    write_files(repo, {"core/a.py": "A = 2\n"})
    assert git(repo, "commit", "-q", "-a", "-v", env=editor) == (0, "")
    assert git_cli(repo, "log", "-1", "--format=%B").strip() == GOOD.strip()


def test_a_lane_that_comes_with_the_commit_is_a_scope(repo: Path) -> None:
    install(Repository.open(repo))
    text = '[lanes.serve]\npaths = ["core/**"]\n'
    write_files(repo, {"laneshift.toml": text})
    git_cli(repo, "add", "laneshift.toml")
    assert commit(repo, GOOD.replace("(core)", "(serve)"))[0] == 0
    write_files(repo, {"laneshift.toml": "broken ="})
    git_cli(repo, "add", "laneshift.toml")
    assert "config.not-toml" in commit(repo, GOOD)[1]


def test_a_linked_work_tree_has_the_same_hooks(repo: Path) -> None:
    install(Repository.open(repo))
    git_cli(repo, "worktree", "add", "-q", "../linked", "-b", "other")
    assert commit(repo.parent / "linked", "wip")[0] == 1
    assert commit(repo.parent / "linked", GOOD)[0] == 0


def test_pushed_commits_are_checked_and_those_from_before_are_not(repo: Path) -> None:
    install(Repository.open(repo))
    assert git(repo, "push", "-q", "far", "main") == (0, "")
    git_cli(repo, "commit", "-q", "--allow-empty", "--no-verify", "-m", "wip")
    git_cli(repo, "commit", "-q", "--allow-empty", "--no-verify", "-m", GOOD)
    code, said = git(repo, "push", "-q", "far", "main", "main:refs/heads/second")
    assert code == 1
    assert f"commit {git_cli(repo, 'rev-parse', 'HEAD~1')[:12]}:1: not" in said
    assert git_cli(repo, "rev-parse", "HEAD")[:12] not in said
    assert far(repo) == "refs/heads/main"
    git_cli(repo, "commit", "-q", "--amend", "--allow-empty", "--no-verify", "-m", GOOD)
    git_cli(repo, "rebase", "-q", "--onto", "HEAD~2", "HEAD~1")
    assert git(repo, "push", "-q", "far", "main") == (0, "")


def test_a_fixup_is_not_pushed_and_a_merge_is(repo: Path) -> None:
    install(Repository.open(repo))
    git_cli(repo, "checkout", "-q", "-b", "topic")
    assert commit(repo, GOOD)[0] == 0
    git_cli(repo, "checkout", "-q", "main")
    assert git(repo, "merge", "-q", "--no-ff", "--no-edit", "topic")[0] == 0
    assert git(repo, "push", "-q", "far", "main") == (0, "")
    assert git(repo, "commit", "-q", "--allow-empty", "--fixup", "HEAD")[0] == 0
    code, said = git(repo, "push", "-q", "far", "main")
    assert code == 1
    assert "message.unsquashed" in said


def test_branches_of_items_are_not_pushed_by_hand(repo: Path) -> None:
    install(Repository.open(repo))
    git_cli(repo, "branch", "laneshift/core/labs.x")
    code, said = git(repo, "push", "-q", "far", "laneshift/core/labs.x:other")
    assert (code, "hooks.item-branch" in said) == (1, True)
    git_cli(repo, "branch", "-D", "laneshift/core/labs.x")
    git_cli(repo, "push", "-q", "--no-verify", "far", "main:refs/laneshift/landed/a", "main:laneshift/core/z")
    assert "hooks.own-ref" in git(repo, "push", "-q", "far", ":refs/laneshift/landed/a")[1]
    assert git(repo, "push", "-q", "far", ":laneshift/core/z") == (0, "")
    assert git(repo, "push", "-q", "far", "main:other") == (0, "")
    assert far(repo).split() == ["refs/heads/other", "refs/laneshift/landed/a"]


TIP, OTHER, NOTHING = "ab" * 20, "cd" * 20, "0" * 40


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        (f"refs/heads/main {OTHER} refs/heads/main {NOTHING}", []),
        (f"refs/heads/laneshift/a/b {OTHER} refs/heads/laneshift/a/b {NOTHING}", ["hooks.item-branch"]),
        (f"refs/heads/laneshift/a/b {OTHER} refs/heads/main {NOTHING}", ["hooks.item-branch"]),
        (f"refs/heads/main {OTHER} refs/heads/laneshift/a/b {NOTHING}", ["hooks.item-branch"]),
        (f"HEAD {TIP} refs/heads/main {OTHER}", ["hooks.item-branch"]),
        (f"(delete) {NOTHING} refs/heads/laneshift/a/b {OTHER}", []),
        (f"(delete) {NOTHING} refs/laneshift/landed/a {OTHER}", ["hooks.own-ref"]),
        (f"refs/heads/main {OTHER} refs/laneshift/reverts/a {NOTHING}", ["hooks.own-ref"]),
    ],
)
def test_which_refs_are_nobodys_to_push(line: str, codes: list[str]) -> None:
    assert [fault.code for fault in branch_faults(read_pushed(f"{line}\n"), {TIP})] == codes


@pytest.mark.parametrize("text", ["x\n", f"a {TIP} b\n", f"a {TIP[:-1]} b {OTHER}\n", f"a b {TIP} c {OTHER}\n", "\n"])
def test_what_git_does_not_say_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_pushed(text)
    assert caught.value.code == "hooks.bad-input"


def test_a_tag_of_no_commit_is_no_trouble(repo: Path) -> None:
    install(Repository.open(repo))
    git_cli(repo, "tag", "-a", "-m", "a blob", "blob", "HEAD:core/a.py")
    assert git(repo, "push", "-q", "far", "blob") == (0, "")


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_that_was_there_runs_first_and_comes_back(repo: Path, hook: str) -> None:
    own = own_hook(repo, hook)
    placed = {each.hook: each for each in install(Repository.open(repo))}
    assert placed[hook].chained
    again = install(Repository.open(repo))
    assert [each.done for each in again] == ["unchanged", "unchanged"]
    said = repo.parent / "said"
    if hook == "commit-msg":
        assert commit(repo, GOOD)[0] == 0
        assert said.read_text() == f"{repo}|.git/COMMIT_EDITMSG|\n"
        assert commit(repo, "wip")[0] == 1
    else:
        tip = git_cli(repo, "rev-parse", "HEAD")
        assert git(repo, "push", "-q", "far", "main")[0] == 0
        assert said.read_text().startswith(f"{repo}|far {repo.parent}/far.git|refs/heads/main {tip} refs/heads/main 00")
    (repo.parent / "code").write_text("7")
    action = commit(repo, GOOD) if hook == "commit-msg" else git(repo, "push", "-q", "far", "main:more")
    assert action[0] != 0
    assert {each.hook: each.done for each in remove(Repository.open(repo))}[hook] == "restored"
    assert own.read_text() == SAYS
    assert sorted(path.name for path in own.parent.iterdir() if not path.name.endswith(".sample")) == [hook]


def test_a_hook_that_git_does_not_run_is_kept_and_still_not_run(repo: Path) -> None:
    own_hook(repo, "commit-msg", mode=0o644)
    install(Repository.open(repo))
    assert commit(repo, GOOD)[0] == 0
    assert not (repo.parent / "said").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('#!/bin/sh\n. "$(dirname "$0")/h"\n', "hooks.by-name"),
        ('#!/bin/sh\nexec hooks.d/$(basename "$0") "$@"\n', "hooks.by-name"),
        ('#!/bin/sh\nexec "hooks.d/${0##*/}" "$@"\n', "hooks.by-name"),
    ],
)
def test_a_hook_that_goes_by_its_name_is_left_alone(repo: Path, text: str, code: str) -> None:
    own = own_hook(repo, "pre-push", text)
    with pytest.raises(Refused) as caught:
        install(Repository.open(repo))
    assert [fault.code for fault in caught.value.faults] == [code]
    assert own.read_text() == text
    assert not own.with_name("commit-msg").exists()


def test_what_took_the_place_of_our_hook_is_not_thrown_away(repo: Path) -> None:
    own_hook(repo, "commit-msg")
    install(Repository.open(repo))
    own = own_hook(repo, "commit-msg", "#!/bin/sh\nexit 0\n")
    with pytest.raises(Refused) as caught:
        install(Repository.open(repo))
    assert [fault.code for fault in caught.value.faults] == ["hooks.two"]
    assert [each.done for each in remove(Repository.open(repo))] == ["left alone", "removed"]
    assert own.with_name(f"commit-msg{BEFORE}").read_text() == SAYS


def test_what_a_killed_install_left_is_finished(repo: Path) -> None:
    own = own_hook(repo, "commit-msg")
    own.with_name(f"commit-msg{BEFORE}").hardlink_to(own)
    assert next((each.done, each.chained) for each in install(Repository.open(repo))) == ("installed", True)
    assert own.with_name(f"commit-msg{BEFORE}").read_text() == SAYS


def test_a_folder_in_the_place_of_a_hook_is_refused(repo: Path) -> None:
    (repo / ".git/hooks/pre-push").mkdir(parents=True)
    with pytest.raises(Refused) as caught:
        install(Repository.open(repo))
    assert [fault.code for fault in caught.value.faults] == ["hooks.strange"]


def test_the_folder_that_git_is_told_is_the_one(repo: Path) -> None:
    git_cli(repo, "config", "core.hooksPath", ".my-hooks")
    done = laneshift(repo, "doctor", "--install-hooks")
    assert (repo / ".my-hooks/commit-msg").is_file()
    assert "keep it out of commits" in done.out
    assert commit(repo, "wip")[0] == 1


@pytest.mark.parametrize("place", ["/tmp", "..", "~/hooks", "", "link"])
def test_a_folder_outside_the_repository_is_refused(repo: Path, place: str) -> None:
    (repo / "link").symlink_to("..")
    git_cli(repo, "config", "core.hooksPath", place)
    with pytest.raises(Refused) as caught:
        install(Repository.open(repo))
    assert caught.value.code == "hooks.outside"
    assert [row.status for row in hooks_rows(Repository.open(repo))] == ["ok"]


def test_a_hook_whose_laneshift_is_gone_refuses_and_says_so(repo: Path) -> None:
    install(Repository.open(repo), "/no such place/python")
    code, said = commit(repo, GOOD)
    assert (code, "/no such place/python is gone" in said) == (1, True)
    assert git(repo, "push", "-q", "far", "main")[0] == 1
    [row] = hooks_rows(Repository.open(repo))
    assert (row.status, "is gone" in row.what) == ("fail", True)
    assert [each.done for each in install(Repository.open(repo))] == ["updated", "updated"]
    assert "commit-msg and pre-push" in hooks_rows(Repository.open(repo))[0].what
    (repo / ".git/hooks/pre-push").unlink()
    assert [row.status for row in hooks_rows(Repository.open(repo))] == ["warn"]
    assert commit(repo, GOOD)[0] == 0


def test_an_interpreter_without_laneshift_refuses_and_says_so(repo: Path) -> None:
    (repo / "laneshift.py").write_text("raise SystemExit(0)\n")
    bare = repo.parent / "bare python"
    bare.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -I -S "$@"\n')
    bare.chmod(0o755)
    install(Repository.open(repo), str(bare))
    code, said = commit(repo, GOOD)
    assert (code, "has no laneshift any more" in said) == (1, True)


def test_code_of_the_repository_does_not_stand_in_for_laneshift(repo: Path) -> None:
    write_files(repo, {"laneshift/__main__.py": "raise SystemExit(0)\n", "laneshift/__init__.py": "", "json.py": "1/0"})
    install(Repository.open(repo))
    assert commit(repo, "wip")[0] == 1
    assert commit(repo, GOOD)[0] == 0


@pytest.mark.parametrize("python", ["/usr/bin/python3", "/a b/it's $(touch x)/`p`", '/"/\\/py'])
def test_the_interpreter_is_quoted(python: str, tmp_path: Path) -> None:
    text = script("commit-msg", python, "ab" * 20)
    assert (python_of(text), since_of(text), kind_of(text)) == (python, "ab" * 20, "ours")
    (tmp_path / "hook").write_text(text.partition("gone() {")[0] + 'printf %s "$python"\n')
    done = subprocess.run(["sh", str(tmp_path / "hook")], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == python
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hook"]


def test_only_one_of_the_options_at_a_time(repo: Path) -> None:
    done = laneshift(repo, "doctor", "--install-hooks", "--remove-hooks", "--json")
    assert (done.code, done.data["error"]["code"]) == (2, "usage.several")
    assert (
        laneshift(repo, "doctor", "--check-message", "nowhere", "--json").data["error"]["code"] == "message.unreadable"
    )
