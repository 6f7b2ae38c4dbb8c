"""A plan holds for the tools that its codemods were made with: another one stops before anything begins."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson, Refused
from laneshift.runs.pinning import refuse_drift
from laneshift.runs.plan import Plan
from tests.repo.builders import commit_files
from tests.toy import environment, laneshift, planned, shop_at, toy

NOTE = (
    "from pathlib import Path\n\nplace = Path('labs/registry.py')\ntext = place.read_text()\n"
    "place.write_text(text if text.startswith('# Names') else '# Names\\n' + text)\n"
)
DOUBLE = (
    "from libcst.codemod import VisitorBasedCodemodCommand\n\n\n"
    "class Double(VisitorBasedCodemodCommand):\n"
    "    def leave_Comment(self, original_node, updated_node):\n"
    "        return updated_node.with_changes(value=updated_node.value.replace('one', 'two'))\n"
)
FILES = {
    "tools/note.py": NOTE,
    "tools/__init__.py": "",
    "tools/double.py": DOUBLE,
    "rules/pi.yml": "rule:\n  pattern: return 42\nfix: return 40 + 2\n",
    "labs/stays.py": "# one\ndef answer():\n    return 42\n",
}
ITEM = '[[items]]\nkind = "codemod"\nmodule = "{name}"\nsrc = "labs"\nparameters = {{ {parameters} }}\n'
NOTED = ITEM.format(name="note", parameters='codemod = "command", run = "python tools/note.py"')
DOUBLED = ITEM.format(name="double", parameters='codemod = "libcst:tools.double.Double"')
SUMMED = ITEM.format(name="sum", parameters='codemod = "ast-grep:rules/pi.yml"')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    toy(tmp_path, FILES)
    return tmp_path


def tools(plan: Plan, item: str) -> dict[str, str]:
    codemod = plan.item(item).intent.codemod
    assert codemod is not None
    return dict(codemod.tools)


def of(text: str) -> str:
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def test_the_plan_names_every_tool(path: Path) -> None:
    plan = planned(path, NOTED + DOUBLED + SUMMED, "batch.toml")
    assert tools(plan, "note") == {"tools/note.py": of(NOTE)}
    assert tools(plan, "double") == {"libcst": version("libcst"), "tools/double.py": of(DOUBLE)}
    assert tools(plan, "sum") == {"ast-grep-py": version("ast-grep-py")}
    refuse_drift(shop_at(path), plan)


def test_a_program_that_changed_stops_the_run_with_both_digests(path: Path) -> None:
    commit_files(path, {"batch.toml": NOTED}, "batch")
    name = laneshift(path, "plan", "batch.toml", "--json").data["plan"]
    changed = NOTE.replace("Names", "All names")
    commit_files(path, {"tools/note.py": changed}, "change the program")
    done = laneshift(path, "run", name, "--json")
    assert (done.code, done.data["error"]["code"]) == (4, "codemod.tool-drifted"), done.out + done.err
    assert of(NOTE) in done.data["error"]["what"]
    assert of(changed) in done.data["error"]["what"]


def test_another_libcst_of_the_project_stops_with_both_versions(path: Path) -> None:
    plan = planned(path, DOUBLED, "batch.toml")
    told = "Metadata-Version: 2.1\nName: libcst\nVersion: 0.0.9\n"
    commit_files(path, {"libcst-0.0.9.dist-info/METADATA": told}, "bring another libcst")
    with pytest.raises(NeedsPerson, match=r"is 0\.0\.9 now") as stopped:
        refuse_drift(shop_at(path), plan)
    assert version("libcst") in stopped.value.what


def test_another_ast_grep_stops_with_both_versions(path: Path) -> None:
    plan = planned(path, SUMMED, "batch.toml")
    [item] = plan.items
    older = json.loads(item.codemod) | {"tools": {"ast-grep-py": "0.0.9"}}
    other = replace(plan, items=(replace(item, codemod=json.dumps(older)),))
    with pytest.raises(NeedsPerson, match=r"ast-grep-py was 0\.0\.9"):
        refuse_drift(shop_at(path), other)


def test_verify_with_another_ast_grep_is_for_a_person(path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    commit_files(path, {"batch.toml": SUMMED}, "batch")
    name = laneshift(path, "plan", "batch.toml", "--json").data["plan"]
    for command in ("run", "land"):
        assert laneshift(path, command, name, "--json").code == 0
    assert laneshift(path, "verify", name, "--json").code == 0
    beside = tmp_path_factory.mktemp("older") / "ast_grep_py-0.0.9.dist-info"
    beside.mkdir()
    (beside / "METADATA").write_text("Metadata-Version: 2.1\nName: ast-grep-py\nVersion: 0.0.9\n")
    older = {"PYTHONPATH": f"{beside.parent}:{environment()['PYTHONPATH']}"}
    done = laneshift(path, "verify", name, "--json", env=older)
    assert (done.code, done.data["error"]["code"]) == (4, "codemod.tool-drifted"), done.out + done.err
    assert "0.0.9" in done.data["error"]["what"]
    assert version("ast-grep-py") in done.data["error"]["what"]


def test_a_codemod_that_may_change_nothing_is_no_codemod_that_is_done(path: Path) -> None:
    loses = "from pathlib import Path; Path('labs/stays.py').write_text('LOST = 1')"
    item = ITEM.format(name="lose", parameters=f'codemod = "command", run = "python -c \\"{loses}\\""')
    with pytest.raises(Refused) as refused:
        planned(path, item, "batch.toml")
    assert [fault.code for fault in refused.value.faults] == ["codemod.all-refused"]
    assert "labs/stays.py: definition-lost" in refused.value.faults[0].what
