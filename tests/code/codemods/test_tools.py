"""The tools of a codemod are part of its meaning, and another version of one stops for a person."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from laneshift.code.codemods.apply import apply_codemod, pinned
from laneshift.code.codemods.records import Codemod
from laneshift.code.codemods.tools import NONE, file_version, installed, program_of, refuse_others
from laneshift.code.intents import Intent
from laneshift.errors import NeedsPerson
from laneshift.evidence.canonical import digest
from laneshift.repo.objects import File, Tree
from tests.repo.builders import repo_at

FILES = {
    "rules/calls.yml": "rule:\n  pattern: old($A)\nfix: new($A)\n",
    "app/a.py": "x = old(1)\n",
    "tools/fix.py": "print(1)\n",
    "tools/run/__main__.py": "print(2)\n",
    "tools/__init__.py": "",
    "tools/run/__init__.py": "",
    "bin/fix": "#!/bin/sh\n",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(tmp_path_factory.mktemp("tools") / "repo", FILES).tree("HEAD")


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["bin/fix", "app/a.py"], "bin/fix"),
        (["./bin/fix"], "bin/fix"),
        (["python", "tools/fix.py", "app/a.py"], "tools/fix.py"),
        (["python3.11", "-W", "error", "tools/fix.py"], "tools/fix.py"),
        (["/usr/bin/env", "KEY=1", "python", "-I", "./tools/fix.py"], "tools/fix.py"),
        (["python", "-m", "tools.run", "app/a.py"], "tools/run/__main__.py"),
        (["python", "-m", "tools.fix"], "tools/fix.py"),
        (["sh", "bin/fix"], "bin/fix"),
        (["python", "-c", "print(1)", "tools/fix.py"], ""),
        (["sed", "-i", "s/a/b/", "app/a.py"], ""),
        (["python", "-m", "json.tool"], ""),
        (["python", "-m"], ""),
        (["../bin/fix"], ""),
        (["/bin/fix"], ""),
        (["bin/\0fix"], ""),
        (["tools"], ""),
        (["env"], ""),
        ([], ""),
    ],
)
def test_the_program_of_a_command_is_the_file_that_it_runs(base: Tree, words: list[str], path: str) -> None:
    assert program_of(base, words, ()) == path


def test_a_file_is_known_by_its_bytes(base: Tree) -> None:
    changed = base.edit({"bin/fix": File(b"#!/bin/bash\n")})
    assert file_version(base, "bin/fix").startswith("sha256:")
    assert file_version(base, "bin/fix") != file_version(changed, "bin/fix")
    assert file_version(base, "bin/none") == file_version(base, "bin") == NONE
    assert installed("no-such-library-anywhere") == NONE


def test_every_other_version_is_told_with_both(base: Tree) -> None:
    refuse_others("item", {"libcst": "1.8.6"}, {"libcst": "1.8.6", "more": "1"})
    with pytest.raises(NeedsPerson) as stopped:
        refuse_others("item", {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "2.1"})
    assert (stopped.value.code, stopped.value.exit_code) == ("codemod.tool-drifted", 4)
    assert [fault.what for fault in stopped.value.faults] == [
        "b was 2 when it was planned and is 2.1 now",
        "c was 3 when it was planned and is none now",
    ]


def test_ast_grep_of_another_version_applies_nothing(base: Tree) -> None:
    codemod = pinned(base, Codemod.asked("ast-grep:rules/calls.yml", (), {}))
    here = version("ast-grep-py")
    assert codemod.tools == (("ast-grep-py", here),)
    assert apply_codemod(base, codemod, (), "tests").tree.read("app/a.py") == b"x = new(1)\n"
    other = Codemod(codemod.name, codemod.paths, codemod.parameters, codemod.pin, (("ast-grep-py", "0.1"),))
    with pytest.raises(NeedsPerson, match=f"ast-grep-py was 0.1 when it was planned and is {here} now"):
        apply_codemod(base, other, (), "tests")


def test_tools_are_part_of_the_digest_of_the_intent(base: Tree) -> None:
    made = [
        Intent("i", "a", "a", Codemod.asked("libcst:m.C", ("a",), {}, "sha256:1", tools))
        for tools in ({}, {"libcst": "1.8.6"}, {"libcst": "1.8.7"})
    ]
    assert len({digest(intent.as_json()) for intent in made}) == 3
    assert [Intent.from_json(intent.as_json()) for intent in made] == made
    assert "tools" not in made[0].as_json()["codemod"]
