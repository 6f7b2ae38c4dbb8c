"""The real sub-packages that are declared experimental, isolated and deleted."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.sdist import PYGMENTS, SYMPY, Sdist


@dataclass(frozen=True, slots=True)
class Subject:
    """A project, its package and the lane in it by dotted name, and the folders or files of tests that are run."""

    sdist: Sdist
    package: str
    lane: str
    tests: tuple[str, ...]

    @property
    def registry(self) -> str:
        """The module that is made for mode `provider`."""
        return f"{self.package}.provided"

    @property
    def folder(self) -> str:
        """The folder of the lane."""
        return self.lane.replace(".", "/")


SUBJECTS = (
    Subject(PYGMENTS, "pygments", "pygments.filters", ("tests/test_*.py",)),
    Subject(
        SYMPY,
        "sympy",
        "sympy.polys.agca",
        (
            "sympy/polys/agca/tests",
            "sympy/polys/domains/tests",
            "sympy/polys/matrices/tests/test_domainmatrix.py",
            "sympy/polys/matrices/tests/test_eigen.py",
            "sympy/polys/tests/test_constructor.py",
            "sympy/polys/tests/test_polyclasses.py",
            "sympy/printing/tests/test_latex.py",
        ),
    ),
)
