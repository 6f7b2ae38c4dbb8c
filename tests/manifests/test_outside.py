"""External dependencies are what imports say, under the names that are installed, in the versions that are declared."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.facts.extract import extract
from laneshift.manifests.declared import declared, for_folder
from laneshift.manifests.outside import STANDARD, canonical, external, table, talks, wanted
from laneshift.manifests.world import world_of
from tests.repo.builders import repo_at


def needs(text: str, declarations: dict[str, str] | None = None) -> list[dict[str, object]]:
    imports = extract(text.encode()).imports
    tops = frozenset(one.module.partition(".")[0] for one in imports if not one.level)
    return external(wanted(imports, tops), declarations or {})


def test_names_differ_versions_are_declared_and_what_may_fail_is_optional() -> None:
    text = "import os, yaml\nfrom google.protobuf import message\n"
    text += "try:\n    import numpy.linalg\nexcept ImportError:\n    numpy = None\n"
    assert needs(text, {"pyyaml": ">=6", "numpy": ""}) == [
        {"name": "numpy", "imports": ["numpy"], "optional": True},
        {"name": "protobuf", "imports": ["google.protobuf"]},
        {"name": "PyYAML", "imports": ["yaml"], "version": ">=6"},
    ]


def test_what_the_project_declares_goes_before_the_table() -> None:
    assert needs("import cv2", {"opencv-python-headless": "==4.9"}) == [
        {"name": "opencv-python-headless", "imports": ["cv2"], "version": "==4.9"}
    ]
    assert needs("import nose_like", {"python-nose-like": "<2"})[0]["name"] == "python-nose_like"


MODULE = st.sampled_from(
    ["requests", "yaml", "os", "json.decoder", "numpy.linalg", "own", "own.sub", "distutils", "attr"]
)
LINE = st.builds(
    lambda form, name: form.format(name=name),
    st.sampled_from(["import {name}", "from {name} import x", "import {name} as y"]),
    MODULE,
)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(lines=st.lists(LINE, max_size=6))
def test_external_dependencies_are_what_the_imports_say(lines: list[str]) -> None:
    text = "\n".join(lines)
    expected = set()
    for node in ast.walk(ast.parse(text)):
        modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        expected |= {module.split(".")[0] for module in modules}
    expected -= set(sys.stdlib_module_names) | {"distutils", "own"}
    imports = extract(text.encode()).imports
    outside = frozenset(one.module.partition(".")[0] for one in imports) - {"own"}
    found = external(wanted(imports, outside), {})
    assert {str(name).split(".")[0] for each in found for name in each["imports"]} == expected  # type: ignore[attr-defined]


def test_a_tree_says_what_is_its_own(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "import b, requests\nfrom . import c\n",
        "a/c.py": "",
        "b.py": "",
        "pyproject.toml": '[project]\ndependencies = ["Requests>=2,<3"]\n',
    }
    world = world_of(repo_at(tmp_path, files).tree("HEAD"))
    asked = wanted(world.facts["a/__init__.py"].imports, world.graph.outside("a/__init__.py"))
    assert external(asked, world.declared_for("a")) == [
        {"name": "requests", "imports": ["requests"], "version": "<3,>=2"}
    ]


def test_the_table_is_right_about_what_is_installed_here() -> None:
    installed = packages_distributions()
    wrong = {
        name: (candidates, installed[name])
        for name, candidates in table().items()
        if name in installed
        and not {canonical(each) for each in candidates} & {canonical(each) for each in installed[name]}
    }
    assert wrong == {}
    assert len(installed.keys() & table().keys()) > 5
    assert not table().keys() & STANDARD


DECLARING = {
    "pyproject.toml": '[project]\ndependencies = ["A_b>=1"]\n[project.optional-dependencies]\nx = ["c"]\n'
    '[dependency-groups]\ndev = ["d==4", {include-group = "x"}]\n'
    '[tool.poetry.dependencies]\npython = "^3.11"\ne = {version = "^5"}\nf = "*"\n',
    "setup.cfg": "[options]\ninstall_requires =\n    a-b<9\n    g>2\n[options.extras_require]\nx = h~=1.0\n",
    "requirements-dev.txt": "# note\n-r other.txt\n--hash=x\ni==1 --hash=sha256:0\nj[extra]>=2 ; python_version > '3'\n./local\nhttps://x/y\n",
    "requirements/base.txt": "k==3\n",
    "sub/requirements.txt": "g==7\n",
    "sub/deep/pyproject.toml": "not toml [",
    "docs/other.txt": "z==1\n",
}


def test_every_kind_of_file_declares_and_the_nearest_goes_first() -> None:
    found = declared(DECLARING, lambda path: DECLARING[path].encode())
    assert " ".join(f"{name}{version}" for name, version in sorted(found[""].items())) == (
        "a-b>=1 c d==4 e^5 f g>2 h~=1.0 i==1 j>=2 k==3"
    )
    assert for_folder("sub/deep", found)["g"] == "==7"
    assert for_folder("", found)["g"] == ">2"


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["pyproject.toml", "setup.cfg", "requirements.txt"]))
def test_any_bytes_declare_something_or_nothing(data: bytes, path: str) -> None:
    assert isinstance(declared([path], lambda _: data), dict)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("import requests.adapters", True),
        ("from urllib import request", True),
        ("import urllib.request", True),
        ("from http.client import HTTPConnection", True),
        ("def f():\n    import socket", True),
        ("import urllib.parse", False),
        ("from http import HTTPStatus", False),
        ("from . import requests", False),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpx", False),
    ],
)
def test_network_calls_are_told_by_imports(text: str, answer: bool) -> None:
    assert talks(extract(text.encode()).imports) is answer


@pytest.mark.parametrize(
    ("code", "declared", "name"),
    [
        ("import importlinter", ["import-linter"], "import-linter"),
        ("import cyclonedx.model", ["cyclonedx-python-lib", "rich"], "cyclonedx-python-lib"),
        ("import opentelemetry", ["opentelemetry-api", "opentelemetry-sdk"], "opentelemetry"),
        ("import yaml", ["yaml-rs"], "PyYAML"),
        ("import rich", ["rich", "rich-click"], "rich"),
        ("import dateparse", ["dateparser"], "dateparse"),
    ],
    ids=["hyphens", "only-longer", "two-longer", "known", "exact", "no-hyphen"],
)
def test_what_the_table_does_not_know_is_found_among_what_is_declared(
    code: str, declared: list[str], name: str
) -> None:
    assert [each["name"] for each in needs(code, dict.fromkeys(declared, ""))] == [name]
