"""What a shell gives and takes: a batch on standard input, `-C` before the verb, progress beside a JSON document."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.cli import batch_file
from laneshift.cli.session import Session
from laneshift.errors import Refused
from laneshift.runs import batch
from laneshift.runs.events import Event
from tests.cli.one_process import several
from tests.monorepo import BATCH
from tests.once import once
from tests.repo.builders import commit_files
from tests.toy import QUICK, Done, copy_of, environment, toy

ITEMS = [dict(zip(("module", "src", "dst"), line.split("\t"), strict=True)) for line in BATCH.splitlines()]
AS_TOML = "# moves\n" + "".join(
    "\n[[items]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in item.items()) for item in ITEMS
)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy. Plans may be made in it."""
    path = once(tmp_path_factory, "standard-input", lambda folder: toy(folder / "repo"))
    return copy_of(path, tmp_path_factory.mktemp("input") / "repo")


def fed(path: Path, data: str, *words: str) -> Done:
    """One command in a process of its own, with something on its standard input."""
    command = [sys.executable, "-m", "laneshift", *words]
    done = subprocess.run(
        command, cwd=path, env=environment(), input=data, capture_output=True, text=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_a_batch_may_come_by_standard_input(repo: Path) -> None:
    done = fed(repo, BATCH, "plan", "-", "--json")
    assert done.code == 0, done.err
    assert done.data["plan"].startswith("stdin")
    assert [item["src"] for item in done.data["items"]] == [item["src"] for item in ITEMS]
    bad = fed(repo, "one field\n", "ship", "-", "--json")
    assert bad.code == 2
    assert bad.data["error"]["faults"][0]["where"] == "/dev/stdin:1"


def test_what_was_read_once_is_asked_for_again(repo: Path, tmp_path: Path) -> None:
    mine = copy_of(repo, tmp_path / "mine")
    assert fed(mine, BATCH, "plan", "-").code == 0
    commit_files(mine, {"laneshift.toml": f"{QUICK}# another\n"})
    drifted = fed(mine, "", "run", "stdin", "--json")
    assert drifted.data["error"]["code"] == "pins.drift"
    assert drifted.data["error"]["cure"].startswith("laneshift plan -; ")


def test_a_dream_may_come_by_standard_input(repo: Path) -> None:
    done = fed(repo, BATCH, "dream", "-", "--json", "--paths", "1", "--depth", "1")
    assert done.code == 0, done.err
    assert [item["src"] for item in done.data["wish"]["items"]] == [item["src"] for item in ITEMS]


@pytest.mark.parametrize("text", [BATCH, "\n" + json.dumps({"items": ITEMS}, indent=1), AS_TOML])
def test_what_has_no_ending_is_read_by_what_it_begins_with(text: str) -> None:
    found = batch.parse("/dev/stdin", text.encode())
    assert found.faults == ()
    assert [line.src for line in found.lines] == [item["src"] for item in ITEMS]


def test_no_more_is_read_than_a_file_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(b"x" * 50))
    monkeypatch.setattr(sys, "stdin", given)
    monkeypatch.setattr(batch, "MAX_BYTES", 10)
    assert batch_file.read_batch(Path("-")) == ("/dev/stdin", b"x" * 11)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(Refused, match="no standard input"):
        batch_file.read_batch(Path("-"))


def test_the_folder_may_stand_before_the_verb(repo: Path, tmp_path: Path) -> None:
    (repo / ".git/moves").mkdir(exist_ok=True)
    (repo / ".git/moves/core.tsv").write_text(BATCH)
    inside, there, again, dry = several(
        tmp_path,
        [
            ["-C", str(repo), "-C", ".git/moves", "plan", "core.tsv", "-C", str(repo), "--json"],
            ["status", "-C", str(repo), "--json"],
            ["status", "--json"],
            ["move", "labs/shapes.py", "core/shapes.py", "--dry-run", "--json"],
        ],
    )
    assert (inside.code, there.code) == (0, 0), inside.err
    assert inside.data["plan"].startswith("core")
    assert again.data == there.data, "as in git, the process stays in that folder"
    assert dry.code == 0


def test_a_folder_before_the_verb_that_is_not_there_is_told(tmp_path: Path) -> None:
    gone = fed(tmp_path, "", "-C", "nowhere", "status", "--json")
    assert gone.code == 2
    assert "nowhere" in gone.data["error"]["what"]
    alone = fed(tmp_path, "", "-C", ".")
    assert alone.code == 2
    assert "Usage: laneshift" in alone.err


def test_progress_of_a_json_command_is_on_the_other_stream(capsys: pytest.CaptureFixture[str]) -> None:
    talk = Session(Path(), as_json=True, verbose=False)
    talk.progress.report(Event("settled", "ready-to-land", "labs.a"))
    talk.result({"one": 1}, lambda _: None, "laneshift status")
    said = capsys.readouterr()
    assert json.loads(said.out) == {"one": 1, "next": "laneshift status"}
    assert said.err.endswith("labs.a ready-to-land\n")
