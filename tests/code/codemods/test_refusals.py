"""Every reason for which `isolate-import` leaves a file alone is shown by a module that calls for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from laneshift.code.codemods import isolate
from laneshift.code.codemods.isolate.run import isolate_import
from laneshift.code.codemods.isolate.uses import _WHY
from laneshift.code.codemods.records import Codemod
from laneshift.repo.objects import File, Tree
from tests.code.codemods.pairs import LAB, REFUSED
from tests.repo.builders import repo_at

ELSEWHERE = {"imported-onward", "shared-name", "own-getattr", "type-alias"}
"""Causes that more than one file or another lane brings about, which `test_isolate` has, and those of later Pythons,
which `test_type_forms` has."""

TRIED = "try:\n    from labs.x import Y\nexcept ImportError:\n    Y = None\n"
BY_MODE = (
    ("provider", "from labs.x import Y\n\n\ndef run(provided=1):\n    return Y, provided\n", "name-taken"),
    ("provider", "def run():\n    from labs.x import Y, Z\n\n    return Y, Z\n", "import-in-function"),
    ("provider", "def run():\n    import labs.x\n\n    return labs.x.Y\n", "import-in-function"),
    (
        "lazy-call",
        "try:\n    from labs.x import Y\nexcept ImportError:\n    Y = None\n\n\ndef run(): return Y\n",
        "one-line-body",
    ),
    ("lazy-call", "from labs.x import Y; from labs.x import Z\n\n\ndef run():\n    return Y, Z\n", "several-on-a-line"),
)
REGISTRY = "from labs.x import Y\n\n\ndef provided(name):\n    return Y\n\n\ndef provides(name):\n    return Y\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(tmp_path_factory.mktemp("refusals") / "repo", LAB).tree("HEAD")


def causes(lab: Tree, mode: str, path: str, text: str) -> list[str]:
    more = {"registry": "core.registry"} if mode == "provider" else {}
    codemod = Codemod.asked("isolate-import", (), {"lane": "labs", "mode": mode, **more})
    answer = isolate_import(lab.edit({path: File(text.encode())}), codemod, (), "tests/isolated")
    assert path not in answer.files
    return [refusal.cause for refusal in answer.refusals]


@pytest.mark.parametrize(("mode", "text", "cause"), BY_MODE, ids=[f"{mode} {cause}" for mode, _, cause in BY_MODE])
def test_what_one_mode_alone_refuses(lab: Tree, mode: str, text: str, cause: str) -> None:
    assert causes(lab, mode, "core/m.py", text) == [cause]


def test_the_registry_itself_asks_nobody(lab: Tree) -> None:
    assert causes(lab, "provider", "core/registry.py", REGISTRY) == ["registry"]


def test_no_reason_is_without_a_module_that_shows_it() -> None:
    folder = Path(isolate.__file__).parent
    found = {
        cause for file in folder.glob("*.py") for cause in re.findall(r'Odd\(\s*"([a-z-]+)"', file.read_text("utf-8"))
    }
    shown = {pair.cause for pair in REFUSED} | {cause for _, _, cause in BY_MODE} | ELSEWHERE | {"registry", "no-start"}
    assert found | (_WHY.keys() - {"annotation-read"}) == shown


def test_the_documentation_names_every_reason() -> None:
    text = (Path(__file__).parents[3] / "docs/codemods.md").read_text("utf-8")
    shown = {pair.cause for pair in REFUSED} | {cause for _, _, cause in BY_MODE} | ELSEWHERE
    assert {cause for cause in shown if f"`{cause}`" not in text} == set()
