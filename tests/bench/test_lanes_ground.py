"""What import-linter is given of a repository when it is to read all of it."""

from __future__ import annotations

import pytest

from bench.lanes_ground import files_read, linter_with, packages_of
from laneshift.errors import CheckFailed


def test_each_folder_at_the_top_that_holds_python_files_is_a_package() -> None:
    """A folder without `__init__.py` is one as well: import-linter reads namespaces."""
    assert packages_of(["app/__init__.py", "app/a.py", "docs/_ext/b.py", "setup.py"]) == (("app", "docs"), ())


def test_a_folder_of_packages_is_put_on_the_path() -> None:
    """As `tests` of Django, whose packages import each other without its name."""
    assert packages_of(["app/__init__.py", "tests/one/__init__.py", "tests/two/__init__.py", "tests/three/a.py"]) == (
        ("app", "one", "two"),
        ("tests",),
    )


def test_a_package_that_holds_packages_is_one_itself() -> None:
    """Only folders that are no packages go on the path."""
    assert packages_of(["app/__init__.py", "app/core/__init__.py"]) == (("app",), ())


def test_the_path_is_set_inside_the_program() -> None:
    """A `sitecustomize.py` in the folder would run if it were set outside."""
    assert "['tests']" in linter_with(("tests",))[-1]
    assert "sys" not in linter_with(())[-1]


def test_what_import_linter_read_is_taken_from_its_words() -> None:
    """A count that is missing is an error: the row would be about nothing."""
    assert files_read("x\nAnalyzed 2,786 files, 8,525 dependencies.\n") == 2786
    with pytest.raises(CheckFailed, match="does not say"):
        files_read("Contracts: 1 kept")
