"""What is taken of a fix: seeded harm must be refused, with its place."""

from __future__ import annotations

import pytest

from laneshift.config import Settings
from laneshift.errors import Refused
from laneshift.gates.sandbox import RunResult
from laneshift.repo.objects import File, Tree
from laneshift.runs.fixer import Fixer, NoFixing, Told
from laneshift.runs.fixing.judging import ending, verdict
from laneshift.steps.runner.worked import Stray, Worked
from tests.repo.builders import repo_at

CODE = "core/code.py"
BEFORE = """\
import os

__all__ = ['where']


def where(name):
    if name == 'labs':
        return os.sep
    return ''
"""
FIXER = Fixer("claude-code", "", ("true",), True, 2, 10, 1024, files=1)
SUGGESTS = Fixer("copilot", "", ("true",), False, 1, 10, 1024)
DONE = RunResult(0, "", 1.0)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A tree with the file."""
    path = tmp_path_factory.mktemp("judging")
    return repo_at(path, {CODE: BEFORE, "tests/test_code.py": "def test_it():\n    assert True\n"}).tree("HEAD")


def test_where_nobody_mends_nobody_is_sent(before: Tree) -> None:
    """Somebody who was found elsewhere is refused with a name, and not with a bug."""
    nobody = NoFixing()
    assert nobody.fixer(Settings(), "claude-code") is None
    with pytest.raises(Refused) as refused:
        nobody.work(Settings(), before, FIXER, Told("", (CODE,), "labs.code"))
    assert refused.value.code == "fix.nobody"


def judged(fixer: Fixer, before: Tree, text: str) -> tuple[str, str]:
    """The verdict on this text."""
    return verdict(fixer, before, before.edit({CODE: File(text.encode())}), (CODE,), (), ())


@pytest.mark.parametrize(
    "text",
    [
        BEFORE.replace("'labs'", "'core'"),
        BEFORE.replace("return ''", "return os.curdir"),
        BEFORE.replace("    if name", "    if not name:\n        return os.curdir\n    if name"),
        BEFORE.replace("    if name == 'labs':\n        return os.sep\n", ""),
    ],
)
def test_a_small_change_of_what_code_does_is_taken(before: Tree, text: str) -> None:
    assert judged(FIXER, before, text) == ("amended", "")
    assert judged(SUGGESTS, before, text)[0] == "suggested"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BEFORE.replace("def where(name)", "def where(name, more)"), "signature-changed"),
        (BEFORE.replace("def where", "def elsewhere"), "where"),
        (BEFORE.replace("    return ''\n", "    return ''  # noqa\n"), ":9:"),
        (BEFORE.replace("import os\n", "import os\nimport pytest\n"), "pytest"),
        (BEFORE.replace("return os.sep", "import sys; return 'pytest' in sys.modules"), ":8: forbidden-name"),
        (BEFORE.replace("return os.sep", "return 'ghp_" + "a1" * 18 + "'"), ":8: it looks like a secret"),
        (BEFORE.replace("return os.sep", "return (((os.sep"), CODE),
    ],
)
def test_what_no_surgical_fix_needs_is_refused_with_its_place(before: Tree, text: str, told: str) -> None:
    outcome, why = judged(FIXER, before, text)
    assert outcome == "refused", text
    assert told in why, why


def test_another_file_is_refused_however_it_came_there(before: Tree) -> None:
    after = before.edit({"tests/test_code.py": File(b"def test_it():\n    pass\n")})
    assert verdict(FIXER, before, after, (CODE,), (), ())[0] == "refused"
    assert (
        verdict(FIXER, before, before.edit({CODE: File(b"x = 1\n")}), (CODE,), (), ("somebody objects",))[0]
        == "refused"
    )


@pytest.mark.parametrize(
    ("worked", "outcome", "why"),
    [
        (Worked(DONE, {CODE: b""}, (Stray("x", "added"),)), "refused", "it touched what it may not: x: added"),
        (Worked(RunResult(0, "", 1.0, timed_out=True), {CODE: b""}, ()), "failed", "it did not end within 10 s"),
        (Worked(RunResult(3, "", 1.0), {CODE: b""}, ()), "failed", "it ended with status 3"),
        (Worked(DONE, {}, ()), "failed", "it changed nothing"),
        (Worked(DONE, {"a.py": b"", "b.py": b""}, ()), "refused", "it edited 2 files, and claude-code may edit 1"),
        (Worked(DONE, {CODE: b""}, ()), "", ""),
    ],
)
def test_work_that_comes_to_nothing_is_told_before_it_is_judged(worked: Worked, outcome: str, why: str) -> None:
    assert ending(FIXER, worked) == (outcome, why)
