"""Lanes and source roots from folders: every file gets a lane, and names tell levels."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift import config
from laneshift.lanes.model import Lanes
from laneshift.runs.proposing.areas import level_of
from laneshift.runs.proposing.lanes import MANY, lane_ideas
from laneshift.runs.proposing.roots import Roots, source_roots
from tests.repo.builders import repo_at
from tests.runs.proposing.drawn import BARE_NAMESPACE, LANED, NAMESPACE, SEVERAL, SRC, proposed

FLAT = Roots(("",), ("",))


def lanes_of(path: Path, files: dict[str, str]) -> dict[str, config.Lane]:
    text = proposed(path, files).text
    return config.load(lambda name: text.encode() if name == config.FILE else None).lanes


def roots_of(path: Path, files: dict[str, str]) -> Roots:
    tree = repo_at(path, files).tree("HEAD")
    return source_roots(tree, [name for name in files if name.endswith(".py")])


def test_folders_called_by_a_level_have_it_and_rules(tmp_path: Path) -> None:
    lanes = lanes_of(tmp_path, LANED)
    assert {name: lane.level for name, lane in lanes.items()} == {
        "labs": "experimental", "core": "integration", "serve": "production", "tests": "integration",
        "root": "integration",
    }  # fmt: skip
    assert lanes["serve"].may_import == ["core", "root", "serve"]
    assert lanes["labs"].may_import is None
    assert lanes["tests"].may_import is None


def test_an_experimental_part_of_a_package_is_a_lane_of_its_own(tmp_path: Path) -> None:
    lanes = lanes_of(tmp_path, SRC)
    assert {name: lane.paths for name, lane in lanes.items()} == {
        "shop": ["src/shop/**"], "_experimental": ["src/shop/_experimental/**"], "tests": ["tests/**"],
    }  # fmt: skip
    assert lanes["shop"].may_import == ["shop"]


def test_distributions_are_lanes_and_their_tests_are_one(tmp_path: Path) -> None:
    lanes = lanes_of(tmp_path, SEVERAL)
    assert {name: lane.paths for name, lane in lanes.items()} == {
        "alpha": ["packages/alpha/**"],
        "beta-two": ["packages/beta-two/**"],
        "tests": ["packages/alpha/tests/**", "packages/beta-two/tests/**"],
        "scripts": ["scripts/**"],
    }


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("labs", "experimental"), ("_experimental", "experimental"), ("Candidate", "experimental"),
        ("core", "integration"), ("contrib", "integration"), ("serve", "production"), ("prod", "production"),
        ("labels", ""), ("release", ""), ("products", ""), ("score", ""), ("server", ""), ("", ""),
    ],
)  # fmt: skip
def test_names_tell_levels(name: str, level: str) -> None:
    assert level_of(name) == level


def test_documentation_of_a_release_is_not_production() -> None:
    ideas = lane_ideas(["pkg/__init__.py", "docs/prod/conf.py", "docs/sandbox/x.py"], FLAT)
    assert {idea.name for idea in ideas} == {"pkg", "docs"}


def test_very_many_lanes_are_gathered_by_folder() -> None:
    python = [f"libs/lib{at}/src/p{at}/__init__.py" for at in range(MANY + 1)]
    roots = tuple(f"libs/lib{at}/src" for at in range(MANY + 1))
    assert [idea.paths for idea in lane_ideas(python, Roots(("", *roots), roots))] == [("libs/**",)]
    few = lane_ideas(python[:MANY], Roots(("", *roots[:MANY]), roots[:MANY]))
    assert len(few) == MANY


@pytest.mark.parametrize(
    ("files", "listed", "code"),
    [
        (LANED, ("",), ("",)),
        (SRC, ("", "src"), ("src",)),
        (SEVERAL, ("", "packages/alpha/src", "packages/beta-two/src"), ("packages/alpha/src", "packages/beta-two/src")),
        (NAMESPACE, ("", "acme-api/src", "acme-sdk/src"), ("acme-api/src", "acme-sdk/src")),
        (BARE_NAMESPACE, ("dists/acme_ai", "dists/acme_trace"), ("dists/acme_ai", "dists/acme_trace")),
        ({"src/tool.py": "", "src/other.py": ""}, ("src",), ("src",)),
        ({"tool.py": ""}, ("",), ()),
    ],
    ids=["flat", "src", "several", "namespace", "bare-namespace", "bare-src", "one-file"],
)
def test_source_roots_by_layout(tmp_path: Path, files: dict[str, str], listed: object, code: object) -> None:
    found = roots_of(tmp_path, files)
    assert (found.listed, found.code) == (listed, code)


def test_a_folder_of_tests_is_a_root_where_most_imports_say_so(tmp_path: Path) -> None:
    files = {f"tests/app{at}/__init__.py": "" for at in range(3)} | {
        "tests/case/__init__.py": "",
        "pkg/__init__.py": "",
    }
    users = {f"tests/app{at}/use.py": "from app0.x import y\nimport app1\n" for at in range(3)}
    odd = {"tests/case/one.py": "from tests.case import two\n"}
    assert roots_of(tmp_path / "most", {**files, **users, **odd}).listed == ("", "tests")
    assert roots_of(tmp_path / "none", {**files, **odd}).listed == ("",)


def test_packages_that_are_data_are_no_roots(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/templates/new/inner/__init__.py": "",
        "tests/assets/alpha/__init__.py": "",
        "tests/test_x.py": "import alpha\n",
        "docs/samples/beta/__init__.py": "",
        "{{ name }}/gamma/__init__.py": "",
    }
    found = roots_of(tmp_path, files)
    assert found.listed == ("",)
    assert found.left == ("docs/samples", "pkg/templates/new", "tests/assets", "{{ name }}")


NAMES = st.sampled_from(
    ["labs", "core", "tests", "src", "a b", "root", "x", "Ünï", "é*", "docs", "..x", "-", "tests-2"]
)
PATHS = st.lists(st.lists(NAMES, min_size=0, max_size=4).map(lambda parts: "/".join([*parts, "m.py"])), min_size=1)


@settings(max_examples=200)
@given(paths=PATHS, roots=st.lists(st.sampled_from(["", "src", "labs/src", "x"]), unique=True))
def test_whatever_the_folders_every_file_has_a_lane(paths: list[str], roots: list[str]) -> None:
    ideas = lane_ideas(sorted(set(paths)), Roots(tuple(roots), tuple(roots)))
    lanes = Lanes.of(
        {
            idea.name: config.Lane(
                paths=list(idea.paths),
                level=idea.level,
                may_import=None if idea.may_import is None else list(idea.may_import),
            )
            for idea in ideas
        }
    )
    assert [path for path in paths if lanes.lane_of(path) is None] == []
    assert sum(idea.files for idea in ideas) == len(set(paths))


def test_tests_of_moves_do_not_hide_packages_called_tests(tmp_path: Path) -> None:
    keys = {".".join(name): line.value for name, line in proposed(tmp_path / "repo", NAMESPACE).proposal.settings()}
    assert keys["characterization_dir"] == "test_moves"
    at_top = proposed(tmp_path / "top", {**NAMESPACE, "tests/test_x.py": ""}).proposal
    assert "characterization_dir" not in [".".join(name) for name, _ in at_top.settings()]


def test_tests_of_moves_go_where_the_suite_looks(tmp_path: Path) -> None:
    def folder(name: str, paths: str, **files: str) -> object:
        ini = {"pytest.ini": f"[pytest]\ntestpaths = {paths}\n", "pkg/__init__.py": "", "pkg/a.py": "A = 1\n"}
        found = proposed(tmp_path / name, {**ini, "test/test_a.py": "def test_a(): ...\n", **files}).proposal
        return {".".join(key): line.value for key, line in found.settings()}.get("characterization_dir")

    assert folder("other", "pkg test") == "test/moves"
    assert folder("both", "test tests", **{"tests/test_b.py": "def test_b(): ...\n"}) is None
    assert folder("none", "pkg") is None


def test_folders_of_distributions_are_not_told_of_as_data(tmp_path: Path) -> None:
    assert [doubt for doubt in proposed(tmp_path / "repo", NAMESPACE).proposal.doubts if "data" in doubt] == []
