"""What a workflow installs before the tests run, by the shape of the repository."""

from __future__ import annotations

import pytest

from laneshift.runs.proposing.github import WORKFLOWS, for_tree
from laneshift.runs.proposing.installing import install_script
from tests.repo.builders import repo_at
from tests.runs.proposing.test_github import actionlint, zizmor
from tests.runs.proposing.workflow_rules import wrongs

BUILT = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
ONE = f'[project]\nname = "one"\n[project.optional-dependencies]\ntest = ["x"]\ndocs = ["y"]\n{BUILT}'
UV = """\
[project]
name = "whole"
dependencies = ["acme-alpha", "httpx"]
[tool.uv.workspace]
members = ["packages/*", "./tools"]
exclude = ["packages/old"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
"""
HATCH = '[tool.hatch.envs.default]\nworkspace = { members = ["libs/**", { path = "app" }] }\n'
WORKSPACE = {
    "pyproject.toml": UV,
    "packages/alpha/pyproject.toml": ONE,
    "packages/beta/pyproject.toml": BUILT + '[dependency-groups]\nTesting = ["pytest"]\ndev = ["ruff"]\n',
    "packages/plain/pyproject.toml": "[project]\nname = 'notes'\n",
    "packages/old/pyproject.toml": ONE,
    "tools/setup.py": "",
    "elsewhere/pyproject.toml": ONE,
}
PIP = "python -m pip install --upgrade 'pip>=25.1' # from here on it reads dependency groups\n"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"setup.py": ""},
        {"pyproject.toml": ONE},
        {"pyproject.toml": "[project]\nname = 'one'\n"},
        {"pyproject.toml": ONE, "tests/data/pyproject.toml": ONE, "examples/a/setup.py": ""},
    ],
)
def test_one_plain_distribution_is_as_usual(files: dict[str, str]) -> None:
    assert install_script(files) is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, ""),
        ({"pyproject.toml": ONE + '[dependency-groups]\ntest = ["pytest"]\nlint = []\n'},
         PIP + "python -m pip install \\\n  --editable '.[test]' \\\n  --group test"),
        ({"pyproject.toml": '[dependency-groups]\ndev = ["pytest"]\n'}, PIP + "python -m pip install --group dev"),
        ({"libs/a/pyproject.toml": BUILT, "libs/b/setup.py": "", "libs/b/pyproject.toml": "not = = toml"},
         "python -m pip install \\\n  --editable 'libs/a' \\\n  --editable 'libs/b[test,tests,testing]'"),
        ({"pyproject.toml": HATCH, "libs/a/b/pyproject.toml": BUILT, "app/pyproject.toml": BUILT, "x/setup.py": ""},
         "python -m pip install \\\n  --editable 'app' \\\n  --editable 'libs/a/b'"),
        ({"pyproject.toml": "[tool.poetry]\npackage-mode = false\n" + BUILT,
          "api/pyproject.toml": '[tool.poetry]\nname = "api"\n[tool.poetry.extras]\ntest = ["pytest"]\n' + BUILT},
         "python -m pip install --editable 'api[test]'"),
        ({"a/pyproject.toml": BUILT,
          "b/pyproject.toml": 'tool.poetry = { name = "b", dependencies.a = { path = "../a" } }\n' + BUILT},
         "python -m pip install --editable 'b'\npython -m pip install --editable 'a'"),
        ({"a'; rm -rf x; '/setup.py": "", "-r/setup.py": "", "${{ github.actor }}/pyproject.toml": BUILT}, ""),
        ({"pyproject.toml": BUILT + "[dependency-groups]\n\"test' x\" = []\ndev = []\n"},
         PIP + "python -m pip install \\\n  --editable '.' \\\n  --group dev"),
    ],
)  # fmt: skip
def test_what_else_there_is_gets_lines_of_its_own(files: dict[str, str], expected: str) -> None:
    assert install_script(files) == expected


def test_a_workspace_is_installed_by_one_command() -> None:
    script = install_script(WORKSPACE)
    assert script is not None
    assert script.startswith(PIP + "python - <<'END' > \"$RUNNER_TEMP/needs.txt\"\n")
    assert [line.strip(" \\") for line in script.splitlines()[5:]] == [
        "python -m pip install",
        "--editable 'packages/alpha[test]'",
        "--editable 'packages/beta'",
        "--editable 'tools[test,tests,testing]'",
        '--requirement "$RUNNER_TEMP/needs.txt"',
        "--group dev",
        "--group 'packages/beta/pyproject.toml:Testing'",
    ]


@pytest.mark.parametrize("toml", ["tool = 1", "project = []\ntool.uv.workspace.members = 3", "dependency-groups = [1]"])
def test_what_is_not_as_it_should_be_is_no_reason_to_stop(toml: str) -> None:
    assert install_script({"pyproject.toml": toml, "a/setup.py": ""}) is not None


def test_files_with_such_lines_hold_to_the_rules_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("installing")
    for name, files in {"workspace": WORKSPACE, "nothing": {"pyproject.toml": "", "a.py": ""}}.items():
        tree = repo_at(place / name, files).tree("HEAD")
        folder = place / f"{name}-files"
        folder.mkdir()
        for each in for_tree(tree, WORKFLOWS):
            assert wrongs(each.text()) == []
            assert "hashFiles('pyproject.toml', 'setup.py')" not in each.text()
            assert ("--editable 'packages/alpha[test]'" in each.text()) == (
                name == "workspace" and each.name in ("bench-nightly", "coverage", "gates", "health")
            )
            (folder / f"{each.name}.yml").write_text(each.text())
        assert actionlint(folder) == ""
        assert zizmor(folder) == ""
