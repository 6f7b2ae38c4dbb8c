"""The tables of forms are as large as promised, say "untouched" often enough, and hold every form of the design."""

from __future__ import annotations

import pytest

from tests.code.moves.forms import Form, run
from tests.code.moves.tables import forms, twins

_FORMS, _UNTOUCHED = 89, 0.4

DESIGN = {
    "import with attribute chain": "dotted import with chain",
    "import with alias": "alias",
    "several per line": "several in one",
    "backslashes": "backslash",
    "semicolons": "semicolons",
    "parentheses with comments to keep": "names in brackets",
    "from package import module": "module from package",
    "split when siblings stay": "split",
    "split, order kept": "split keeps order",
    "split, comments kept": "split in brackets keeps comments",
    "from module import name": "name from module",
    "star": "star",
    "function-level": "in a function",
    "conditional": "conditional",
    "try and except": "try and except",
    "TYPE_CHECKING": "type checking",
    "submodule reached by attribute": "package imported, module by attribute",
    "shadowed by a variable": "local variable",
    "shadowed by a parameter": "parameter",
    "similar prefix after": "longer name",
    "similar prefix before": "longer prefix",
    "relative, sibling": "sibling's name",
    "relative, one below": "one below",
    "relative, one above": "one above",
    "relative, star": "star",
    "relative inside what moves": "its sibling's name",
    "imports of itself": "itself",
    "re-export of __init__": "re-export",
    "__all__": "package exports it by name",
    "__main__": "main",
    "lazy __getattr__ table": "lazy table",
    "lazy table by name": "table, in the package",
    "package as a whole": "importers of a package",
    "inside of a package": "inside stays relative",
    "mock.patch": "patch target",
    "monkeypatch": "monkeypatch",
    "import_module, absolute": "import_module",
    "import_module, relative": "import_module, relative",
    "__import__": "__import__",
    "__import__ with attributes": "answer",
    "sys.modules": "sys.modules",
    "runpy": "runpy",
    "-m": "-m in a list",
    "-c code": "-c code",
    "settings lists": "settings",
    "pkg.mod:attr": "entry point",
    "logging configuration": "logging",
    "pytest_plugins": "pytest plugins",
    "string annotations": "string annotation",
    "type comments": "type comment",
    "doctests": "doctest",
    "prose in comments": "comment",
    "prose in docstrings": "docstring role",
    "file paths": "file path",
    "computed names stay": "computed",
    "stub of another": "stub",
    "notebook": "notebook",
    "pyx": "cython",
    "pxd": "cython, relative",
    "pyproject": "pyproject",
    "setup.cfg": "setup.cfg",
    "tox": "tox",
    "YAML": "yaml",
    "JSON": "json",
    "Makefile": "makefile",
    "Dockerfile": "dockerfile",
    "shell": "shell",
    "CI workflow": "workflow",
    "CODEOWNERS": "owners",
    "rst": "rst",
    "md": "markdown",
    "byte order mark": "byte order mark",
    "CRLF": "CRLF",
    "encoding cookie": "latin cookie",
    "form feed": "form feed",
    "tabs": "tabs",
    "no newline at the end": "no newline at the end",
    "another version of Python": "another version of Python",
    "broken": "broken, shadowed",
}
"""What the design names, and the form of ours that shows it."""

LABELS = [form.label for form in forms()]


@pytest.mark.parametrize("named", sorted(DESIGN))
def test_every_form_of_the_design_is_in_a_table(named: str) -> None:
    assert DESIGN[named] in LABELS


def test_there_are_as_many_forms_as_promised() -> None:
    rewritten = [form for form in forms() if form.after is not None]
    assert len({(form.before, form.path, form.src, form.dst) for form in rewritten}) >= _FORMS


def test_four_in_ten_pairs_assert_that_a_file_is_untouched() -> None:
    pairs = [*forms(), *twins()]
    untouched = [form for form in pairs if form.after is None]
    assert len(untouched) / len(pairs) >= _UNTOUCHED


@pytest.mark.parametrize("twin", twins(), ids=str)
def test_the_same_about_a_sibling_is_untouched(twin: Form) -> None:
    run(twin)
