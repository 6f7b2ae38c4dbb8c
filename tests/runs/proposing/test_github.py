"""The workflow files that `init --github` writes: GitHub takes them, nobody misuses them, every command exists."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from laneshift import __version__
from laneshift.errors import Refused
from laneshift.repo.objects import Repository
from laneshift.runs.proposing.github import WORKFLOWS, chosen, writable
from tests.repo.builders import repo_at
from tests.runs.proposing.workflow_rules import calls, wrongs

BIN = Path(sys.executable).parent
TEXTS = {each.name: each.text() for each in WORKFLOWS}


def _read_by(program: str, *words: str, folder: Path) -> str:
    files = sorted(map(str, folder.glob("*.yml")))
    done = subprocess.run([str(BIN / program), *words, *files], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def actionlint(folder: Path) -> str:
    """What actionlint says of the files of a folder, "" for nothing."""
    return _read_by("actionlint", "-no-color", "-shellcheck=", "-pyflakes=", folder=folder)


def zizmor(folder: Path) -> str:
    """What zizmor says of them."""
    return _read_by("zizmor", "--offline", "--no-progress", "--color=never", folder=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("workflows")
    for name, text in TEXTS.items():
        (place / f"{name}.yml").write_text(text)
    return place


def test_two_readers_of_workflows_find_nothing(folder: Path) -> None:
    assert len(list(folder.iterdir())) == 12
    assert actionlint(folder) == ""
    assert zizmor(folder) == ""


@pytest.mark.parametrize("name", TEXTS)
def test_each_holds_to_the_rules(name: str) -> None:
    assert wrongs(TEXTS[name]) == []
    assert "VERSION" not in TEXTS[name].replace("PYTHON_VERSION", "")
    assert f"=={__version__}'" in TEXTS[name], "the laneshift that wrote it is the one that it installs"


@pytest.mark.parametrize(
    ("reader", "old", "new", "said"),
    [
        (actionlint, "timeout-minutes", "timeout-minuets", "unexpected key"),
        (actionlint, "steps.list.outputs.batches", "steps.lists.outputs.batches", "lists"),
        (actionlint, "needs: exports", "needs: exprots", "exprots"),
        (
            actionlint,
            "checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
            "checkout@v3",
            "actions/checkout@v3",
        ),
        (
            zizmor,
            'laneshift lanes check --base "$BASE"',
            "echo ${{ github.event.pull_request.title }}",
            "template-inj",
        ),
        (zizmor, "          persist-credentials: false\n", "", "artipacked"),
        (zizmor, "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "unpinned-uses"),
        (zizmor, "  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
    ],
)
def test_a_fault_in_a_workflow_is_found(
    reader: Callable[[Path], str], old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = next(text for text in TEXTS.values() if old in text)
    (tmp_path / "w.yml").write_text(text.replace(old, new))
    assert said in reader(tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("gates", "laneshift lanes check", "laneshift lanes chekc", "no such command: chekc"),
        ("gates", "laneshift gates waivers", "laneshift gates waivers --all", "No such option"),
        ("gates", "laneshift run changed", "laneshift run", "Missing argument"),
        ("gates", "persist-credentials: false", "persist-credentials: true", "the token is left"),
        ("gates", "    shell: bash", "    shell: sh", "a pipe hides"),
        ("gates", "  pull_request:\n", "  pull_request_target:\n", "rights of the repository"),
        ("gates", "  contents: read", "  contents: write", "it may write (contents)"),
        ("gates", "permissions:\n  contents: read", "permissions: write-all", "it may write (write-all)"),
        ("gates", '"$RUNNER_TEMP/changed.tsv" --skip', '"${{ runner.temp }}/changed.tsv" --skip', "between the words"),
        ("agents", '[ -z "$LANESHIFT_DATABASE_URL" ]', "false", "it fails without the secret"),
        ("keys", "@5fda3b95a4ea91299a34e894583c3862153e4b97", "@v7", "not a full commit id"),
    ],
)
def test_what_the_rules_find(name: str, old: str, new: str, said: str) -> None:
    assert old in TEXTS[name]
    assert said in "\n".join(wrongs(TEXTS[name].replace(old, new)))


def test_commands_are_found_in_scripts() -> None:
    script = """\
# laneshift nothing
python -m pip install 'laneshift==1'
laneshift plan "$A" || [ $? -eq 1 ]
x=1 && laneshift run "$(basename "$B")" \\
  --json | tee out
python - <<'END'
laneshift = 1
END
"""
    assert calls(script) == [["plan", "$A"], ["run", "$(basename $B)", "--json"]]


def test_the_rehearsal_compares_trees() -> None:
    assert "--rehearse --json" in TEXTS["rollback-rehearsal"]
    assert 'told["tree"] == told["base_tree"]' in TEXTS["rollback-rehearsal"]


def test_every_file_of_the_folder_is_one_of_them() -> None:
    packaged = Path(sys.modules[chosen.__module__].__file__ or "").parent / "workflows"
    assert {each.stem for each in packaged.glob("*.yml")} == set(TEXTS)
    assert len({yaml.safe_load(text)["name"] for text in TEXTS.values()}) == len(TEXTS)


def test_what_is_chosen_and_what_is_never_written_over(tmp_path: Path) -> None:
    usual = chosen(())
    assert [each.name for each in usual] == [
        *("gates", "coverage", "bench-nightly", "attestations", "keys", "health", "openapi"),
    ]  # fmt: skip
    assert [each.name for each in chosen(("audit", "keys"))] == ["keys", "audit"]
    with pytest.raises(Refused) as none:
        chosen(("nope", "keys", "neither"))
    assert [fault.where for fault in none.value.faults] == ["nope", "neither"]
    there = {usual[0].path: usual[0].text(), usual[1].path: "on: push\n", usual[2].path: "on: push\n"}
    repository: Repository = repo_at(tmp_path / "repo", there)
    tree = repository.tree("HEAD")
    with pytest.raises(Refused) as other:
        writable(tree, usual)
    assert [fault.where for fault in other.value.faults] == [usual[1].path, usual[2].path]
    assert [each.name for each in writable(tree, (usual[0], usual[3]))] == ["attestations"]
