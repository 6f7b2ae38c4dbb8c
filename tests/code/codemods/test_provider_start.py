"""Mode `provider` in a small program: it starts with the lane, starts without it, and tells a bug from an absence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.code.codemods.apply import apply_codemod
from laneshift.code.codemods.records import Codemod
from laneshift.errors import Refused
from laneshift.repo.objects import File, Repository
from tests.repo.builders import repo_at, write_files

LAB = {
    "labs/__init__.py": "",
    "labs/guess.py": "def guess(text):\n    return text.upper()\n\n\nclass Oracle:\n    name = 'oracle'\n",
    "core/__init__.py": "",
    "core/answers.py": (
        "from labs.guess import Oracle, guess\n\n\n"
        "def answer(text, *, clever=True):\n    if clever:\n        return guess(text)\n    return text\n\n\n"
        "def who():\n    return Oracle().name\n"
    ),
    "app/__init__.py": "",
    "app/__main__.py": (
        '"""A small program."""\n\nimport sys\n\nfrom core.answers import answer, who\n\n\n'
        'def main(words):\n    """Answer."""\n'
        "    print(answer(words[0], clever=len(words) == 1), who() if len(words) == 1 else 'nobody')\n\n\n"
        "if __name__ == '__main__':\n    main(sys.argv[1:])\n"
    ),
}
PROVIDER = {"lane": "labs", "mode": "provider", "registry": "core.registry"}


def isolated(path: Path, start: str, files: dict[str, str] | None = None) -> tuple[Repository, bytes]:
    """The program isolated in a work tree at `path`; and the file where it starts."""
    repository = repo_at(path, {**LAB, **(files or {})})
    codemod = Codemod.asked("isolate-import", (), {**PROVIDER, "start": start})
    done = apply_codemod(repository.tree("HEAD"), codemod, (), "tests/isolated")
    assert done.answer.refusals == ()
    assert apply_codemod(done.tree, codemod, (), "tests/isolated").passes == 0
    write_files(path, dict(done.answer.files))
    return repository, done.tree.read("app/__main__.py")


def run(path: Path, *words: str) -> tuple[int, str, str]:
    command = [
        sys.executable,
        "-I",
        "-c",
        "import runpy, sys; sys.path.insert(0, '.'); runpy.run_module('app', None, '__main__')",
    ]
    done = subprocess.run([*command, *words], cwd=path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip(), done.stderr


@pytest.mark.parametrize("start", ["app.__main__", "app.__main__:main"])
def test_the_program_starts_with_the_lane_and_without_it(tmp_path: Path, start: str) -> None:
    _, main = isolated(tmp_path, start)
    call = b'start_lanes("labs.providers")\n'
    assert main.count(call) == 1
    assert (b'    """Answer."""\n    from core.registry import start as start_lanes\n    ' + call in main) == (
        ":" in start
    )
    assert run(tmp_path, "hello") == (0, "HELLO oracle", "")
    shutil.rmtree(tmp_path / "labs")
    assert run(tmp_path, "hello", "plainly") == (0, "hello nobody", "")
    code, out, err = run(tmp_path, "hello")
    assert (code, out) == (1, "")
    assert "NotProvidedError: nothing provides 'core.answers:guess'" in err


def test_without_a_start_it_is_told_what_is_missing(tmp_path: Path) -> None:
    _, main = isolated(tmp_path, "")
    assert main.decode() == LAB["app/__main__.py"]
    code, _, err = run(tmp_path, "hello")
    assert code == 1
    assert "is its lane there, and named in start()?" in err


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"labs/guess.py": "import nothing_of_that_name\n"}, "No module named 'nothing_of_that_name'"),
        ({"labs/guess.py": "1 / 0\n"}, "ZeroDivisionError"),
        ({"labs/guess.py": "Oracle = 1\n"}, "cannot import name 'guess'"),
        ({"labs/__init__.py": "import nothing_of_that_name\n"}, "No module named 'nothing_of_that_name'"),
        ({"labs/providers.py": None}, "No module named 'labs.providers'"),
    ],
)
def test_a_bug_in_the_lane_is_no_absence(tmp_path: Path, files: dict[str, str | None], error: str) -> None:
    isolated(tmp_path, "app.__main__:main")
    write_files(tmp_path, files)
    code, _, err = run(tmp_path, "hello")
    assert code == 1
    assert error in err
    assert "NotProvided" not in err


def test_a_program_that_starts_later_is_wired_by_itself(tmp_path: Path) -> None:
    repository, _ = isolated(tmp_path, "")
    files = {
        name: File((tmp_path / name).read_bytes())
        for name in ("core/answers.py", "core/registry.py", "labs/providers.py")
    }
    tree = repository.tree("HEAD").edit(files)
    codemod = Codemod.asked("isolate-import", (), {**PROVIDER, "start": "app.__main__:main"})
    done = apply_codemod(tree, codemod, (), "tests/isolated")
    assert {edit.path for edit in done.answer.edits} == {"app/__main__.py"}
    assert b'start_lanes("labs.providers")' in done.tree.read("app/__main__.py")


@pytest.mark.parametrize(
    ("start", "files", "word"),
    [
        ("app.none", {}, "no module"),
        ("app.__main__:none", {}, "no function `none`"),
        ("app.__main__:main()", {}, "no module"),
        ("app.__main__", {"app/__main__.py": "def (\n"}, "cannot read"),
        (
            "app.__main__",
            {"core/registry.py": "def provided(name): ...\ndef provides(name): ...\n"},
            "no function start",
        ),
        ("", {"core/registry.py": "provided = None\n"}, "no function provided"),
        ("", {"labs/providers.py": "MINE = 1\n"}, "labs/providers.py"),
    ],
)
def test_a_start_that_cannot_be_wired_is_refused(tmp_path: Path, start: str, files: dict[str, str], word: str) -> None:
    tree = repo_at(tmp_path, {**LAB, **files}).tree("HEAD")
    given = {**PROVIDER, **({"start": start} if start else {})}
    with pytest.raises(Refused, match=word):
        apply_codemod(tree, Codemod.asked("isolate-import", (), given), (), "tests/isolated")


def test_only_a_provider_has_something_to_start(tmp_path: Path) -> None:
    tree = repo_at(tmp_path, LAB).tree("HEAD")
    codemod = Codemod.asked("isolate-import", (), {"lane": "labs", "mode": "lazy", "start": "app.__main__"})
    with pytest.raises(Refused, match="only mode `provider`"):
        apply_codemod(tree, codemod, (), "tests/isolated")
