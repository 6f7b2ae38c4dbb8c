"""How the projects run their own tests, a few files at a time."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.differential.probe import surroundings

_COUNTED = re.compile(r"(\d+) passed|Ran (\d+) tests?")
_SECONDS = 600
_SHOWN = 1500


@dataclass(frozen=True, slots=True)
class Suite:
    """`command` follows the interpreter and precedes the targets, in the folder `where`; `roots` stand on the path.

    `targets` are files to draw from, by paths from the repository's root; they are passed relative to `where`.
    """

    command: tuple[str, ...]
    targets: tuple[str, ...]
    where: str = ""
    roots: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Ran:
    """Exit status, how many tests passed, and the end of what was printed."""

    code: int
    passed: int
    output: str

    @property
    def green(self) -> bool:
        """Whether something was tested and all of it passed."""
        return self.code == 0 and self.passed > 0


# The runner needs one of the projects itself: it loads the copy that was installed with it, and forgets its name.
_RUN = """
import os, sys
own = [each for each in sys.path if each in ["", *os.environ["PYTHONPATH"].split(os.pathsep)]]
sys.path = [each for each in sys.path if each not in own]
import _pytest._io, pytest
for name in [name for name in sys.modules if name.partition(".")[0] == "pygments"]:
    del sys.modules[name]
sys.path[:0] = own
sys.exit(pytest.main(sys.argv[1:]))
"""

# Without a configuration of its own a project would get that of the repository around the cache.
_PYTEST = ("-c", _RUN, "-q", "-x", "-c", "/dev/null", "--rootdir=.", "-p", "no:cacheprovider", "--tb=line")

SUITES: Mapping[str, Suite] = {
    "Django": Suite(
        ("runtests.py", "--parallel=1", "--verbosity=0"),
        (
            "tests/dispatch", "tests/forms_tests", "tests/mail", "tests/model_fields", "tests/requests_tests",
            "tests/signing", "tests/template_tests", "tests/urlpatterns", "tests/utils_tests", "tests/validators",
        ),
        "tests",
    ),
    "networkx": Suite(
        _PYTEST,
        (
            "networkx/algorithms/tests/test_cycles.py", "networkx/algorithms/tests/test_dag.py",
            "networkx/algorithms/tests/test_matching.py", "networkx/classes/tests/test_function.py",
            "networkx/generators/tests/test_classic.py",
            "networkx/readwrite/tests/test_gml.py", "networkx/utils/tests/test_decorators.py",
            "networkx/utils/tests/test_misc.py",
        ),
    ),
    "sympy": Suite(
        _PYTEST,
        (
            "sympy/core/tests/test_basic.py", "sympy/logic/tests/test_boolalg.py",
            "sympy/matrices/tests/test_commonmatrix.py",
            "sympy/ntheory/tests/test_primetest.py", "sympy/parsing/tests/test_sympy_parser.py",
            "sympy/printing/tests/test_python.py", "sympy/sets/tests/test_contains.py",
            "sympy/utilities/tests/test_iterables.py",
        ),
    ),
    "pygments": Suite(
        _PYTEST,
        (
            "tests/test_basic_api.py", "tests/test_cmdline.py", "tests/test_guess.py", "tests/test_html_formatter.py",
            "tests/test_inherit.py", "tests/test_latex_formatter.py", "tests/test_modeline.py",
            "tests/test_raw_token.py",
            "tests/test_regexlexer.py", "tests/test_sql.py", "tests/test_terminal_formatter.py",
            "tests/test_token.py", "tests/test_util.py",
        ),
    ),
    "ansible-core": Suite(
        _PYTEST,
        (
            "test/units/errors/test_errors.py", "test/units/inventory/test_group.py",
            "test/units/parsing/test_splitter.py",
            "test/units/parsing/utils/test_addresses.py", "test/units/playbook/test_attribute.py",
            "test/units/parsing/test_unquote.py", "test/units/template/test_vars.py",
            "test/units/utils/test_vars.py", "test/units/utils/test_version.py",
        ),
        "",
        ("lib", "test", "test/lib"),
    ),
}  # fmt: skip
"""By project. Home Assistant is not among them: its tests need hundreds of packages."""


def run(python: Path, folder: Path, suite: Suite, targets: Sequence[str], compiled: Path) -> Ran:
    """Run the tests of some targets in the checkout `folder`."""
    where = folder / suite.where
    named = [target.removeprefix(f"{suite.where}/") if suite.where else target for target in targets]
    command = [str(python), "-B", *suite.command, *named]
    try:
        done = subprocess.run(
            command,
            cwd=where,
            env=surroundings(folder, suite.roots, compiled),
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Ran(1, 0, f"took over {_SECONDS} s")
    printed = done.stdout + done.stderr
    counts = [int(one or other) for one, other in _COUNTED.findall(printed)]
    return Ran(done.returncode, max(counts, default=0), printed[-_SHOWN:])
