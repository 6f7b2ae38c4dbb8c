"""`laneshift codemod` and `laneshift sift` as people call them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import laneshift

RULE = "id: calls\nlanguage: python\nrule:\n  pattern: old($A)\nfix: new($A)\n"
TWICE = (
    "from libcst.codemod import VisitorBasedCodemodCommand\nimport libcst as cst\n\n\n"
    "class Double(VisitorBasedCodemodCommand):\n"
    "    def leave_Integer(self, original_node, updated_node):\n"
    "        return updated_node.with_changes(value='2') if updated_node.value == '1' else updated_node\n"
)
FILES = {
    "rules/calls.yml": RULE,
    "tools/__init__.py": "",
    "tools/twice.py": TWICE,
    **{f"app/m{n}.py": f"def go():\n    return old({n})\n" for n in range(5)},
    "labs/__init__.py": "",
    "labs/x.py": "Y = 7\n",
    "core/__init__.py": "",
    "core/good.py": "from labs.x import Y\n\n\ndef run():\n    return Y\n",
    "core/bad.py": "from labs.x import Y\n\n\nclass A(Y):\n    pass\n",
}
DOUBLE = ("codemod", "libcst:tools.twice.Double", "--include", "app")
CALLS = ("codemod", "ast-grep:rules/calls.yml", "--batch-size", "2")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    repo_at(path, FILES)
    git_cli(path, "config", "user.name", "Tester")
    git_cli(path, "config", "user.email", "tester@example.org")
    return path


def test_a_dry_run_changes_nothing(repo: Path) -> None:
    done = laneshift(repo, *CALLS, "--dry-run", "--json")
    assert done.code == 0, done.err
    assert [batch["files"] for batch in done.data["batches"]] == [
        ["app/m0.py", "app/m1.py"], ["app/m2.py", "app/m3.py"], ["app/m4.py"],
    ]  # fmt: skip
    assert done.data["written"] is False
    assert git_cli(repo, "status", "--porcelain") == ""


def test_patches_apply_with_index_and_a_later_batch_stays_the_same(repo: Path, tmp_path: Path) -> None:
    first = laneshift(repo, *CALLS, "--patch", str(tmp_path / "patches"), "--json")
    assert len(first.data["patches"]) == 3, first.err
    git_cli(repo, "apply", "--index", first.data["patches"][0])
    git_cli(repo, "commit", "-q", "-m", "batch 1")
    again = laneshift(repo, *CALLS, "--batch-start", "2", "--patch", str(tmp_path / "more"), "--json")
    assert [batch["number"] for batch in again.data["batches"]] == [2, 3]
    assert again.data["batches"][0]["files"] == ["app/m2.py", "app/m3.py"]
    for patch in again.data["patches"]:
        git_cli(repo, "apply", "--index", patch)
    assert "old(" not in git_cli(repo, "grep", "-h", "return", "--", "app")


def test_each_batch_has_a_branch_of_its_own(repo: Path) -> None:
    made = laneshift(repo, *CALLS, "--branch", "tidy/calls", "--json").data["branches"]
    assert [branch["name"] for branch in made] == ["tidy/calls-1", "tidy/calls-2", "tidy/calls-3"]
    head = git_cli(repo, "rev-parse", "HEAD")
    assert {git_cli(repo, "rev-parse", f"{branch['name']}^") for branch in made} == {head}
    names = git_cli(repo, "diff", "--name-only", "main", "tidy/calls-3")
    assert names == "app/m4.py"
    git_cli(repo, "branch", "-f", "tidy/calls-1", "main")
    taken = laneshift(repo, *CALLS, "--branch", "tidy/calls", "--json")
    assert taken.data["error"]["code"] == "codemod.branch-taken"


def test_the_work_tree_is_changed_once(repo: Path) -> None:
    assert laneshift(repo, *CALLS, "--include", "app/m1.py").code == 0
    assert git_cli(repo, "status", "--porcelain") == " M app/m1.py"
    again = laneshift(repo, *CALLS, "--include", "app/m1.py", "--json")
    assert again.data["written"] is False


def test_what_is_refused_is_told(repo: Path) -> None:
    done = laneshift(repo, "codemod", "isolate-import", "-p", "lane=labs", "-p", "mode=lazy-call", "--json")
    assert [(each["path"], each["cause"]) for each in done.data["refusals"]] == [("core/bad.py", "base-class")]
    assert done.data["batches"][0]["tests"] == ["tests/moves/test_isolated_core_good.py"]
    assert (repo / "core/good.py").read_text().count("    from labs.x import Y") == 1


def test_nothing_to_change_is_said(repo: Path) -> None:
    (repo / "idle").mkdir()
    (repo / "idle/__init__.py").write_text("")
    done = laneshift(repo, "codemod", "isolate-import", "-p", "lane=idle", "-p", "mode=lazy-call", "--dry-run")
    assert (done.code, done.out.splitlines()[0][:27]) == (0, "there is nothing to change:")


def test_a_libcst_class_of_the_repository_runs_in_the_sandbox(repo: Path) -> None:
    flagged = laneshift(repo, *DOUBLE, "--json")
    assert (flagged.code, [each["cause"] for each in flagged.data["refusals"]]) == (1, ["flagged"]), flagged.err
    assert flagged.data["refusals"][0]["why"] == "result-changed: go no longer returns what it did"
    assert git_cli(repo, "status", "--porcelain") == ""
    done = laneshift(repo, *DOUBLE, "-p", "sift-accept=result-changed,value-changed", "--json")
    assert done.code == 0, done.err
    assert [batch["files"] for batch in done.data["batches"]] == [["app/m1.py"]]
    assert (repo / "app/m1.py").read_text() == "def go():\n    return old(2)\n"
    assert git_cli(repo, "for-each-ref", "--format=%(refname)", "refs/laneshift/codemods/").startswith("refs/")


def test_a_command_is_filtered_file_by_file(repo: Path) -> None:
    script = (
        "from pathlib import Path; a = Path('app/m0.py'); b = Path('app/m1.py'); "
        "a.write_text('# first\\n' + a.read_text().removeprefix('# first\\n')); b.write_text('def other(): pass\\n')"
    )
    words = ("codemod", "command", "-p", f'run=python -c "{script}"', "--include", "app")
    done = laneshift(repo, *words, "--json")
    assert done.code == 0, done.err
    assert (repo / "app/m0.py").read_text().startswith("# first\n")
    assert (repo / "app/m1.py").read_text() == FILES["app/m1.py"]
    assert [(each["path"], each["cause"]) for each in done.data["refusals"]] == [("app/m1.py", "flagged")]
    assert "definition-lost" in done.data["refusals"][0]["why"]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import sys; sys.exit(3)", "codemod.failed"),
        ("import os; os.remove('app/m0.py')", "codemod.unsafe"),
        ("import os; os.symlink('/etc/passwd', 'app/link.py')", "codemod.unsafe"),
        ("open('app/m0.py', 'a').write('# more\\n')", "codemod.no-fixpoint"),
    ],
)
def test_commands_that_do_what_no_codemod_may_are_refused(repo: Path, script: str, code: str) -> None:
    done = laneshift(repo, "codemod", "command", "-p", f'run=python -c "{script}"', "--json")
    assert done.data["error"]["code"] == code, done.err
    assert git_cli(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("magic",), "codemod.unknown"),
        (("isolate-import", "-p", "lane"), "codemod.bad-parameter"),
        (("ast-grep:rules/none.yml",), "codemod.no-rule"),
        (("ast-grep:rules/calls.yml", "--include", "../x"), "codemod.bad-path"),
        (("command",), "codemod.bad-parameter"),
        (("command", "-p", "run='open"), "codemod.bad-parameter"),
        (("command", "-p", "run=true", "-p", "sift-accept=protected-file"), "codemod.bad-parameter"),
    ],
)
def test_wrong_words_are_refused(repo: Path, words: tuple[str, ...], code: str) -> None:
    done = laneshift(repo, "codemod", *words, "--json")
    assert (done.code, done.data["error"]["code"]) == (2, code)


def test_sift_parts_the_commits_of_a_range(repo: Path, tmp_path: Path) -> None:
    commit_files(repo, {"app/m0.py": "# note\n" + FILES["app/m0.py"]}, "note")
    commit_files(repo, {"app/m1.py": "def gone():\n    return old(1)\n"}, "lose")
    out = tmp_path / "out of it"
    done = laneshift(repo, "sift", "HEAD~2..HEAD", "--out", str(out), "--json")
    assert (done.code, done.data["safe"], done.data["flagged"]) == (1, 1, 1)
    assert done.data["next"] == f"git apply --index '{out}'/safe/*.patch"
    assert [path.name[:5] for path in (out / "safe").iterdir()] == ["0001-"]
    assert [path.name[:5] for path in (out / "flagged").iterdir()] == ["0002-"]
    assert "\tdefinition-lost\tapp/m1.py\t" in (out / "reasons.tsv").read_text()


def test_sift_leaves_nothing_safe_from_an_earlier_call(repo: Path, tmp_path: Path) -> None:
    patch, out = tmp_path / "one.patch", tmp_path / "out"
    for text, folder in (("# note\n" + FILES["app/m0.py"], "safe"), ("X = 1\n", "flagged")):
        (repo / "app/m0.py").write_text(text)
        patch.write_text(git_cli(repo, "diff") + "\n")
        git_cli(repo, "checkout", "-q", "app/m0.py")
        laneshift(repo, "sift", str(patch), "--out", str(out))
        assert [path.parent.name for path in out.glob("*/*.patch")] == [folder]


def test_sift_takes_patches_and_flags_what_does_not_apply(repo: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.patch", tmp_path / "bad.patch"
    (repo / "app/m0.py").write_text("# note\n" + FILES["app/m0.py"])
    good.write_text(git_cli(repo, "diff") + "\n")
    git_cli(repo, "checkout", "-q", "app/m0.py")
    bad.write_text("diff --git a/nope b/nope\n--- a/nope\n+++ b/nope\n@@ -1 +1 @@\n-x\n+y\n")
    done = laneshift(repo, "sift", str(good), str(bad), "--out", str(tmp_path / "out"), "--allow", "app/**", "--json")
    assert [change["safe"] for change in done.data["changes"]] == [True, False]
    outside = laneshift(repo, "sift", str(good), "--out", str(tmp_path / "two"), "--allow", "lib/**", "--json")
    assert [each["check"] for each in outside.data["changes"][0]["reasons"]] == ["path-not-allowed"]
    git_cli(repo, "apply", "--index", str(next((tmp_path / "out/safe").iterdir())))
