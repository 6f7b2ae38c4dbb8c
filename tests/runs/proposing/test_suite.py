"""How tests run, from every sign that projects give."""

from __future__ import annotations

import pytest

from laneshift.runs.proposing.suite import PYTEST, SuiteIdea, suite_idea
from tests.runs.proposing.drawn import PLAIN, TEST

PYTHON = ("pkg/__init__.py", "tests/test_a.py")
UNITTEST = {"tests/test_a.py": PLAIN}


def idea(texts: dict[str, str], samples: dict[str, str] | None = None, python: tuple[str, ...] = PYTHON) -> SuiteIdea:
    return suite_idea(python, texts, UNITTEST if samples is None else samples)


TOX = "[tox]\nenvlist = py\n[testenv]\ncommands =\n  {command}\n"
CASES: dict[str, tuple[dict[str, str], tuple[str, ...], str]] = {
    "pytest in pyproject": ({"pyproject.toml": "[tool.pytest.ini_options]\n"}, PYTEST, "pyproject.toml configures"),
    "pytest.ini": ({"pytest.ini": "[pytest]\n"}, PYTEST, "pytest.ini configures"),
    "pytest in setup.cfg": ({"setup.cfg": "[metadata]\n[tool:pytest]\n"}, PYTEST, "setup.cfg configures"),
    "pytest in tox.ini": ({"tox.ini": "[pytest]\nx=1\n"}, PYTEST, "tox.ini configures"),
    "tox runs pytest": ({"tox.ini": TOX.format(command="pytest {posargs}")}, PYTEST, "tox.ini runs pytest"),
    "tox runs a script": (
        {"tox.ini": TOX.format(command="{envpython} runtests.py {posargs}") + "changedir = tests\n"},
        ("python", "tests/runtests.py"),
        "tox.ini runs tests/runtests.py",
    ),
    "tox runs unittest": (
        {"tox.ini": TOX.format(command="python -m unittest discover -s tests {posargs}")},
        ("python", "-m", "unittest", "discover", "-s", "tests"),
        "tox.ini runs unittest",
    ),
    "nox runs pytest": (
        {"noxfile.py": "def lint(s):\n    s.run('ruff')\ndef tests(s):\n    s.run('pytest', '-q')\n"},
        PYTEST,
        "noxfile.py runs pytest",
    ),
    "make runs pytest": ({"Makefile": "all: test\n\ntest: deps\n\t@python -m pytest -q\n"}, PYTEST, "Makefile runs"),
    "make runs something": ({"Makefile": "test:\n\t./all.sh\n"}, ("python", "-m", "unittest"), "unittest alone"),
    "a list of requirements": ({"requirements-dev.txt": "pytest>=8\n"}, PYTEST, "requirements-dev.txt asks"),
    "nothing but unittest": ({}, ("python", "-m", "unittest", "discover", "-s", "tests"), "unittest alone"),
    "a broken tox.ini": ({"tox.ini": "[testenv\ncommands"}, ("python", "-m", "unittest"), "unittest alone"),
    "a broken noxfile": ({"noxfile.py": "def (:\n"}, ("python", "-m", "unittest"), "unittest alone"),
    "a broken pyproject": ({"pyproject.toml": "= ["}, ("python", "-m", "unittest"), "unittest alone"),
    "an open quote": ({"Makefile": "test:\n\tpython -m unittest 'x\n"}, ("python", "-m", "unittest"), "Makefile runs"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_sign_is_read(case: str) -> None:
    texts, command, why = CASES[case]
    found = idea(texts)
    assert found.command[: len(command)] == command
    assert why in found.why


@pytest.mark.parametrize(
    ("texts", "command"),
    [
        ({"tox.ini": TOX.format(command="x")}, ("tox",)),
        ({"noxfile.py": ""}, ("nox",)),
        ({"Makefile": "test:\n\tx\n"}, ("make", "test")),
    ],
)
def test_what_is_not_plain_is_run_whole_and_doubted(texts: dict[str, str], command: tuple[str, ...]) -> None:
    found = idea(texts, {})
    assert found.command == command
    assert "its tests are judged by one exit code, not one by one" in found.doubts


def test_nothing_found_is_said() -> None:
    found = idea({}, {}, ("pkg/a.py",))
    assert (found.command, found.doubts) == (PYTEST, ("no test command was found: this is pytest by default",))


def test_conftest_and_imports_of_pytest_are_signs() -> None:
    assert idea({}, {}, ("a/b/conftest.py", "conftest.py")).why == "conftest.py is a file of pytest"
    assert idea({}, {"tests/test_a.py": TEST}).why == "tests/test_a.py imports pytest"


def test_the_tests_of_django_projects() -> None:
    assert idea({}, {}, ("manage.py", "shop/tests.py")).command == ("python", "manage.py", "test")


INI = {"pytest.ini": "[pytest]\n"}


def test_a_module_that_is_only_named_as_a_test_does_not_move_the_suite() -> None:
    python = ("pkg/__init__.py", "pkg/test_attributes.py", "tests/test_a.py")
    named = {
        "pkg/test_attributes.py": "TEST_NAME = 1\nclass TestStatus(Enum):\n    PASS = 1\n",
        "tests/test_a.py": TEST,
    }
    assert idea(INI, named, python).paths == ("tests",)
    for real in (
        "def test_x(): pass\n",
        "class TestX:\n",
        "class XTest(Base):\n",
        "    async def test_y(self): pass\n",
    ):
        assert idea(INI, {**named, "pkg/test_attributes.py": real}, python).paths == ("pkg", "tests")
    assert idea(INI, {"tests/test_a.py": TEST}, python).paths == ("pkg", "tests")


@pytest.mark.parametrize(
    ("texts", "python", "paths", "smoke"),
    [
        (INI, ("tests/test_a.py",), ("tests",), ()),
        ({"pytest.ini": "[pytest]\ntestpaths = tests\n"}, ("tests/test_a.py", "eg/tests/test_b.py"), ("tests",), ()),
        ({"setup.cfg": "[tool:pytest]\ntestpaths =\n  ./tests/\n  gone\n"}, ("tests/test_a.py",), ("tests",), ()),
        ({"pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["pkg", 1]\n'}, PYTHON, ("pkg",), ()),
        ({"pyproject.toml": '[tool.pytest]\ntestpaths = "tests"\n'}, PYTHON, ("tests",), ()),
        ({"pyproject.toml": '[tool.pytest]\ntestpaths = ["t*"]\n'}, PYTHON, (), ()),
        (INI, ("tests/unit/test_a.py", "tests/integration/test_b.py"), ("tests/unit",), ()),
        (
            INI,
            ("pkg/__init__.py", "pkg/tests/test_import.py", "tests/test_b.py"),
            ("pkg", "tests"),
            ("pkg/tests/test_import.py",),
        ),
        (INI, ("pkg/__init__.py", "pkg/a/tests/test_a.py", "pkg/b/tests/test_b.py"), ("pkg",), ()),
        (INI, ("src/pkg/__init__.py", "src/pkg/a/test_a.py"), ("src/pkg",), ()),
        (INI, tuple(f"services/{each}/tests/test_a.py" for each in "abcd"), ("services",), ()),
        (INI, (*(f"services/{each}/tests/test_a.py" for each in "abcd"), "tests/test_b.py"), ("services", "tests"), ()),
        (INI, tuple(f"{each}/tests/test_a.py" for each in "abcd"), (), ()),
        (INI, ("pkg/__init__.py", "pkg/a/tests/test_a.py", "test_b.py"), (), ()),
        (INI, ("tests/test_smoke.py", "tests/test_import.py"), ("tests",), ("tests/test_smoke.py",)),
        (INI, ("tests/smoke/test_a.py", "tests/test_smokey.py"), ("tests",), ("tests/smoke/test_a.py",)),
        (INI, ("tests/a/b/test_basic.py", "tests/sanity.py"), ("tests",), ()),
        (INI, ("docs/test_doc.py",), (), ()),
    ],
)
def test_paths_and_smoke_tests(
    texts: dict[str, str], python: tuple[str, ...], paths: tuple[str, ...], smoke: tuple[str, ...]
) -> None:
    found = idea(texts, {}, python)
    assert (found.paths, found.smoke) == (paths, smoke)


def test_unittest_discovers_a_package_from_the_root() -> None:
    found = idea({}, None, ("tests/__init__.py", "tests/test_a.py"))
    assert found.command == ("python", "-m", "unittest", "discover", "-s", "tests", "-t", ".")
    assert idea({}, None, ("pkg/__init__.py", "pkg/test_a.py")).command[-1] == "."
