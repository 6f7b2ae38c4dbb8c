"""What shells are offered, by the protocol that their scripts speak, and the manual page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.cli.commands import NAMES, PLACES, Commands
from laneshift.cli.manual import FILE
from laneshift.cli.summaries import first_sentence, summary
from tests.toy import environment, laneshift, planned, toy
from tests.warm import run

ROOT = Path(__file__).parents[2]
BATCH = "labs.shapes\tlabs/shapes.py\tcore/shapes.py\nlabs.report\tlabs/report.py\tcore/report.py\n"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = toy(tmp_path_factory.mktemp("completion") / "toy")
    planned(path, BATCH, "core.tsv")
    return path


def bash(path: Path, line: str) -> list[str]:
    """What bash is offered for the last word of the line."""
    words = line.split(" ")
    asked = {"_LANESHIFT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    return _offered(path, asked)


def _offered(path: Path, asked: dict[str, str]) -> list[str]:
    done = run("laneshift", [], path, {**environment(), **asked})
    assert (done.code, done.err) == (0, "")
    return [line for line in done.out.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("laneshift ro", ["rollback"]),
        ("laneshift keys r", ["rotate", "revoke"]),
        ("laneshift run c", ["core"]),
        ("laneshift verify ", ["core"]),
        ("laneshift inspect core labs.s", ["labs.shapes"]),
        ("laneshift land core --only ", ["labs.shapes", "labs.report"]),
        ("laneshift run core --next --lane l", ["labs"]),
        ("laneshift run nothing --next --lane x", []),
        ("laneshift land ../.. --only ", []),
        ("laneshift land core --che", ["--check"]),
    ],
)
def test_bash_is_offered_verbs_plans_items_and_lanes(repository: Path, line: str, offered: list[str]) -> None:
    assert bash(repository, line) == offered


def test_what_cannot_be_read_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    path = toy(tmp_path / "toy", {"laneshift.toml": "not toml ["})
    plans = path / ".git" / "laneshift" / "plans"
    plans.mkdir(parents=True)
    (plans / "core.newest").write_text("core-1\n")
    (plans / "core-1.json").write_text("[1]")
    assert bash(path, "laneshift inspect core ") == []
    assert bash(path, "laneshift run core --next --lane ") == []
    assert bash(tmp_path, "laneshift run ") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_one_line_for_each_verb(repository: Path, shell: str) -> None:
    asked = {
        "_LANESHIFT_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "laneshift r",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    assert len(_offered(repository, asked)) == sum(name[0] == "r" for name in NAMES)
    script = _offered(repository, {"_LANESHIFT_COMPLETE": f"source_{shell}"})
    assert "laneshift" in "".join(script)


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_is_the_first_sentence_of_its_verb(name: str) -> None:
    said = Commands(name="laneshift").get_command(None, name).help
    assert summary(PLACES.get(name, name), name, lambda: "it was loaded") == first_sentence(said)


def test_a_verb_of_another_form_is_loaded_for_its_help() -> None:
    assert summary("summaries", "nothing", lambda: "So it\nis. And more.") == "So it is."
    assert summary("nowhere", "nothing", lambda: "So it is") == "So it is."


def test_the_help_loads_no_verb() -> None:
    code = "import sys, laneshift.cli.app as a; a.app(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    loaded = set(done.stdout.split("\n")[-2].split())
    assert "laneshift.cli.summaries" in loaded
    assert not {"laneshift.cli.run", "laneshift.cli.session", "rich", "pygit2", "pydantic"} & loaded


def test_the_manual_page_has_every_verb_and_is_the_one_of_the_wheel(tmp_path: Path) -> None:
    told = laneshift(tmp_path, "--man").out
    kept = (ROOT / FILE).read_text(encoding="utf-8")
    for name in NAMES:
        assert f".SS laneshift {name} " in told
        assert f".SS laneshift {name} " in kept, f"{name} is missing: run `make man`"
    for line in told.splitlines():
        assert not line.startswith(("'", ". ")), line
    groff = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-ww"], input=told.encode(), capture_output=True, check=False
    )
    assert groff.stderr == b""
