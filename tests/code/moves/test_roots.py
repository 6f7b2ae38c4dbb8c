"""Whether a folder without marker is a source root or a namespace, told by the imports of the repository."""

from __future__ import annotations

import pytest

from laneshift.code.moves.engine import move
from laneshift.code.moves.intent import Move
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
