"""A codemod is an item like any other: planned, run, landed, verified and taken back, beside a move."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from tests.repo.builders import commit_files, git_cli
from tests.toy import laneshift, planned, toy

RULE = "id: pi\nlanguage: python\nrule:\n  pattern: return 42\nfix: return 40 + 2\n"
FILES = {"rules/pi.yml": RULE, "labs/stays.py": "def answer():\n    return 42\n\n\nA = 1\nB = 2\nC = 3\n"}
BATCH = """
[[items]]
module = "labs.plugin"
src = "labs/plugin.py"
dst = "labs/plugins/first.py"

[[items]]
kind = "codemod"
module = "isolate"
src = "core"
parameters = { codemod = "isolate-import", lane = "labs", mode = "lazy-call" }

[[items]]
kind = "codemod"
module = "sum"
src = "labs"
parameters = { codemod = "ast-grep:rules/pi.yml" }

[[items]]
kind = "codemod"
module = "note"
src = "labs/registry.py"
parameters = { codemod = "command", run = "python tools/note.py" }
"""
NOTE = (
    "from pathlib import Path\n\nplace = Path('labs/registry.py')\ntext = place.read_text()\n"
    "place.write_text(text if text.startswith('# Names') else '# Names\\n' + text)\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    toy(tmp_path, {**FILES, "tools/note.py": NOTE})
    return tmp_path


def item(plan: Plan, name: str) -> str:
    return plan.item(name).status


def test_every_source_of_codemods_goes_from_plan_to_rollback(path: Path) -> None:
    batch = BATCH.replace(
        '[[items]]\nmodule = "labs.plugin"\nsrc = "labs/plugin.py"\ndst = "labs/plugins/first.py"\n', ""
    )
    (path / "batch.toml").write_text(batch)
    git_cli(path, "add", "batch.toml")
    git_cli(path, "commit", "-q", "-m", "batch")
    before = git_cli(path, "rev-parse", "HEAD^{tree}")
    done = laneshift(path, "ship", "batch.toml", "--json")
    assert done.code == 0, done.out + done.err
    git_cli(path, "reset", "-q", "--hard", "main")
    assert "    from labs.report import line\n" in (path / "core/app.py").read_text()
    assert "return 40 + 2" in (path / "labs/stays.py").read_text()
    assert (path / "labs/registry.py").read_text().startswith("# Names\n")
    assert (path / "tests/moves/test_isolated_core_app.py").is_file()
    verified = laneshift(path, "verify", "batch", "--json")
    assert (verified.code, verified.data["trees"]) == (0, 3), verified.out + verified.err
    commit_files(path, {"labs/stays.py": (path / "labs/stays.py").read_text() + "\n\nMORE = 1\n"}, "more")
    back = laneshift(path, "rollback", "batch", "--json")
    assert back.code == 0, back.out + back.err
    git_cli(path, "reset", "-q", "--hard", "main")
    assert "return 42" in (path / "labs/stays.py").read_text()
    assert "MORE = 1" in (path / "labs/stays.py").read_text()
    assert git_cli(path, "diff", "--name-only", before, "HEAD") == "labs/stays.py"


def test_a_plan_with_codemods_is_stored_and_read_back(path: Path) -> None:
    plan = planned(path, BATCH, "batch.toml")
    assert Plan.from_json(plan.as_json()) == plan
    assert plan.counts()["ready"] == 4
    codemod = plan.item("note").intent.codemod
    assert codemod is not None
    assert codemod.pin.startswith("sha256:")
    assert "codemod" not in plan.as_json()["items"][0]


def test_what_is_done_already_is_told(path: Path) -> None:
    commit_files(path, {"labs/stays.py": "def answer():\n    return 40 + 2\n"}, "done")
    plan = planned(path, BATCH, "batch.toml")
    assert (item(plan, "sum"), item(plan, "isolate")) == ("already-done", "ready")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('codemod = "isolate-import", ', "", "batch.bad-codemod"),
        ('codemod = "isolate-import"', 'codemod = "magic"', "batch.bad-codemod"),
        ('lane = "labs"', 'lane = "nowhere"', "codemod.bad-parameter"),
        ('src = "core"', 'src = "cores"', "batch.src-missing"),
        ('src = "core"', 'src = "../core"', "batch"),
        ('src = "core"', 'src = "core"\ndst = "labs"', "batch.bad-codemod"),
        ("rules/pi.yml", "rules/no.yml", "codemod.no-rule"),
        ("tools/note.py", "tools/no.py", "codemod.failed"),
    ],
)
def test_bad_codemods_are_refused_with_their_line(path: Path, old: str, new: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(path, BATCH.replace(old, new), "batch.toml")
    assert any(fault.code.startswith(code) for fault in refused.value.faults), refused.value.faults
