"""Manifests asked for in the plainest way: the same words, files and exit codes as by all commands, and less loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.cli.beside import Beside
from laneshift.cli.manifest_asked import Asked, plainly_asked
from tests.manifests.test_derive import FILES
from tests.repo.builders import git_cli, repo_at
from tests.toy import environment, laneshift


def both(tmp_path: Path, *words: str) -> tuple[int, str, str]:
    """What both ways say, of two repositories that hold the same; they have to agree."""
    plain = laneshift(tmp_path / "plain", *words)
    whole = laneshift(tmp_path / "whole", *words, "-C", ".")
    assert (plain.code, plain.out, plain.err) == (whole.code, whole.out, whole.err)
    held = [git_cli(tmp_path / name, "status", "--porcelain", "-uall") for name in ("plain", "whole")]
    assert held[0] == held[1]
    return plain.code, plain.out, plain.err


@pytest.fixture
def repositories(tmp_path: Path) -> Path:
    for name in ("plain", "whole"):
        repo_at(tmp_path / name, FILES)
    return tmp_path


def test_both_ways_do_and_tell_the_same(repositories: Path) -> None:
    nothing = both(repositories, "manifest", "validate")
    assert (nothing[0], "manifest.nothing-checked" in nothing[2]) == (1, True)
    assert both(repositories, "manifest", "generate", "--all")[0] == 0
    fresh = both(repositories, "manifest", "validate")
    assert (fresh[0], fresh[1].splitlines()[0]) == (0, "3 manifest(s) are right")
    assert both(repositories, "manifest", "validate") == fresh, "told again from what was kept"
    assert both(repositories, "manifest", "generate", "--all", "--json")[0] == 0
    for name in ("plain", "whole"):
        git_cli(repositories / name, "add", "-A")
        git_cli(repositories / name, "commit", "-qm", "manifests")
        (repositories / name / "core/module.manifest.json").write_text('{"schema_version": "1.2.0"}\n')
        (repositories / name / "labs/module.manifest.json").unlink()
    broken = both(repositories, "manifest", "validate", "--json")
    assert (broken[0], "module" in broken[1]) == (1, True)
    assert both(repositories, "manifest", "validate", "--roundtrip")[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["manifest"],
        ["manifest", "--help"],
        ["manifest", "diff"],
        ["manifest", "generate"],
        ["manifest", "generate", "core"],
        ["manifest", "generate", "--all", "--dry-run"],
        ["manifest", "validate", "core"],
        ["manifest", "validate", "--strict"],
        ["manifest", "validate", "--all"],
        ["manifest", "validate", "--tree", "HEAD"],
        ["contract", "validate"],
    ],
)
def test_what_is_not_plain_is_left_to_the_description_of_all_commands(words: list[str]) -> None:
    assert plainly_asked(words) is None


def test_switches_are_read() -> None:
    assert plainly_asked(["manifest", "validate", "--roundtrip", "-v"]) == Asked(
        "validate", roundtrip=True, verbose=True
    )
    assert plainly_asked(["manifest", "generate", "--json", "--all"]) == Asked("generate", as_json=True)


def test_a_plain_validation_loads_neither_typer_nor_rich(repositories: Path) -> None:
    laneshift(repositories / "plain", "manifest", "generate", "--all")
    code = (
        "import sys, laneshift.cli.leaving as l, laneshift.cli.start as s\n"
        "l.leave = lambda code: print(code, *sys.modules)\n"
        "sys.argv = ['laneshift', 'manifest', 'validate', '--json']\n"
        "s.main()\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=repositories / "plain", capture_output=True, text=True, check=True, env=environment()
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert loaded[0] == "0"
    assert "laneshift.manifests.judging" in loaded
    assert not {"typer", "rich", "laneshift.code.index", "laneshift.runs.manifesting"} & set(loaded)


def test_a_call_beside_gives_what_it_gives_and_raises_what_it_raises() -> None:
    with Beside(lambda: 7) as call:
        assert call.result() == call.result() == 7
    with Beside(lambda: int("seven")) as failing, pytest.raises(ValueError, match="seven"):
        failing.result()
