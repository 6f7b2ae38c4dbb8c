"""Whether a folder without marker is a source root or a namespace, told by the imports of the repository."""

from __future__ import annotations

import pytest

from laneshift.code.moves import scan
from laneshift.code.moves.engine import move
from laneshift.code.moves.imported import imported
from laneshift.code.moves.intent import Move
from laneshift.code.moves.proof import prove
from laneshift.code.moves.roots import root_of
from tests.code.moves.repos import contents, tree_of

_APPS = ("auth_tests", "forms_tests", "sphinx_tests")
_FILES = {f"tests/{app}/{name}.py": "" for app in _APPS for name in ("__init__", "models")}
_MOVE = Move("tests/auth_tests/models.py", "tests/auth_tests/people.py")


def _user_after(lines: str) -> str:
    files = _FILES | {"tests/forms_tests/test_forms.py": lines}
    return contents(move(tree_of(files), _MOVE).tree)["tests/forms_tests/test_forms.py"]


def test_one_import_as_part_of_the_folder_does_not_outweigh_many_by_themselves() -> None:
    odd = "from tests.sphinx_tests import models\n"
    after = _user_after(odd + "import forms_tests.models\nimport auth_tests.models\n")
    assert after == odd + "import forms_tests.models\nimport auth_tests.people\n"


@pytest.mark.parametrize(
    "lines",
    [
        "import tests.auth_tests.models\nimport tests.forms_tests.models\nimport sphinx_tests\n",
        "import tests.auth_tests.models\nimport sphinx_tests\n",
        "import tests.auth_tests.models\n",
    ],
    ids=["most", "as many", "alone"],
)
def test_a_folder_is_a_namespace_when_no_more_are_imported_by_themselves(lines: str) -> None:
    assert _user_after(lines) == lines.replace("tests.auth_tests.models", "tests.auth_tests.people")


def test_a_namespace_below_a_folder_that_is_no_word_of_python_is_found() -> None:
    files = {
        "acme-api/src/acme/trace/__init__.py": "",
        "acme-api/src/acme/trace/span.py": "",
        "acme-api/tests/test_span.py": "import acme.trace.span\n",
    }
    moved = move(tree_of(files), Move("acme-api/src/acme/trace/span.py", "acme-api/src/acme/trace/spans.py")).tree
    assert contents(moved)["acme-api/tests/test_span.py"] == "import acme.trace.spans\n"


@pytest.mark.parametrize(
    ("folder", "more", "root"),
    [
        ("libs/gamma/src", {"libs/gamma/pyproject.toml": ""}, "libs/gamma/src"),
        ("src", {"setup.py": ""}, "src"),
        ("libs/gamma/src", {}, "libs/gamma/src/acme"),
        ("backend", {"pyproject.toml": ""}, "backend/acme"),
        ("src", {"setup.py": "", "tests/test_a.py": "import gamma.one\n"}, "src/acme"),
        ("src", {"setup.py": "", "tests/test_a.py": "import acme.other\n", "src/acme/other.py": ""}, "src"),
    ],
)
def test_where_no_import_tells_the_src_of_a_distribution_holds_namespaces(
    folder: str, more: dict[str, str], root: str
) -> None:
    files = {f"{folder}/acme/gamma/{name}.py": "" for name in ("__init__", "one")}
    tree = tree_of({**files, **more})
    sweep = scan.Sweep(())

    def asked(name: str, inside: frozenset[str]) -> frozenset[str]:
        return imported(tree, name, inside, sweep if name else None)

    assert root_of(tree, f"{folder}/acme/gamma/one.py", (), asked) == root


_FLAT = {
    "core/__init__.py": "",
    "core/a.py": "",
    "tests/helper.py": "def f(): ...\n",
    "tests/types.py": "",
    "tests/test_a.py": "from helper import f\nimport helper\nhelper.f()\n",
    "tests/data/rows.csv": "helper,1\n",
    "README.md": "see tests/helper.py\n",
}


@pytest.mark.parametrize(
    ("dst", "after"),
    [
        ("tests/aid.py", "from aid import f\nimport aid as helper\nhelper.f()\n"),
        ("tests/kit/helper.py", "from kit.helper import f\nimport kit.helper as helper\nhelper.f()\n"),
        ("core/helper.py", "from core.helper import f\nimport core.helper as helper\nhelper.f()\n"),
    ],
)
def test_modules_of_a_flat_folder_that_import_each_other_are_at_the_top(dst: str, after: str) -> None:
    tree = tree_of(_FLAT)
    result = move(tree, Move("tests/helper.py", dst))
    told = contents(result.tree)
    assert told["tests/test_a.py"] == after
    assert told["README.md"] == f"see {dst}\n"
    assert told["tests/data/rows.csv"] == "helper,1\n"
    assert [finding for finding in prove(tree, result).findings if not finding.holds] == []


def test_a_module_of_a_flat_folder_may_be_named_with_the_folder_as_well() -> None:
    tree = tree_of({**_FLAT, "core/b.py": "import tests.helper\nx = 'tests.helper.f'\n"})
    told = contents(move(tree, Move("tests/helper.py", "tests/aid.py")).tree)
    assert told["core/b.py"] == "import tests.aid\nx = 'tests.aid.f'\n"


@pytest.mark.parametrize(
    "more",
    [
        {"tests/test_a.py": "from . import helper\nimport helper\n"},
        {"tests/test_a.py": "import types\nfrom tests.helper import f\n"},
        {"tests/test_a.py": "import helper\n", "helper.py": ""},
        {"tests/test_a.py": "import helper\n", "helper/__init__.py": ""},
        {"tests/test_a.py": "import helper\n", "tests/__init__.py": ""},
    ],
)
def test_other_flat_folders_are_part_of_the_names_of_their_modules(more: dict[str, str]) -> None:
    result = move(tree_of({**_FLAT, **more}), Move("tests/helper.py", "tests/aid.py"))
    assert (result.old_name, result.new_name) == ("tests.helper", "tests.aid")
