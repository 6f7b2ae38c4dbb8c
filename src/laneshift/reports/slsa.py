"""How much of a matrix of modules is attested, and how much of that can be believed. Pure.

Shares are of the matrix, never of what was found: a module without an attestation counts against both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from laneshift.errors import Refused
from laneshift.reports import page
from laneshift.reports.charts import bars, percent
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.svg import Series

VERSION = "1.0"
_TITLE = "Attestations of the module matrix"


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the matrix. `why` says what is missing or what does not count; empty where it is verified."""

    path: str
    attested: bool
    verified: bool
    why: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Slsa:
    """The report. `threshold` is the share of verified modules that is asked for, in percent of the matrix."""

    tree: str
    modules: tuple[Module, ...]
    threshold: float

    @property
    def attested(self) -> int:
        """How many have an attestation of what they are now, whether or not it counts."""
        return sum(each.attested for each in self.modules)

    @property
    def verified(self) -> int:
        """How many have one that counts."""
        return sum(each.verified for each in self.modules)

    @property
    def passes(self) -> bool:
        """Whether enough of the matrix is verified."""
        return self.verified * 100 >= self.threshold * len(self.modules)


def report(tree: str, modules: Sequence[Module], threshold: float) -> Slsa:
    """The report about a matrix. Raises `Refused` (`report.no-matrix`) for an empty one: nothing is not everything."""
    if not modules:
        raise Refused(
            "report.no-matrix",
            "no module is named whose attestations could be counted",
            where="attestations.matrix",
            cure='name modules in the settings: [attestations] matrix = ["core", "serve/api"]',
        )
    return Slsa(tree, tuple(modules), threshold)


def data(found: Slsa) -> dict[str, Any]:
    """Plain data, in the shape of `slsa.schema.json`."""
    return {
        "schema_version": VERSION,
        "tree": found.tree,
        "matrix": len(found.modules),
        "attested": found.attested,
        "verified": found.verified,
        "attested_percent": percent(found.attested, len(found.modules)),
        "verified_percent": percent(found.verified, len(found.modules)),
        "threshold": f"{found.threshold:g}",
        "modules": [asdict(each) for each in found.modules],
        "passes": found.passes,
    }


def markdown(found: Slsa) -> str:
    """A page for a repository or for the summary of a job."""
    rows = [[code(each.path), *_marks(each), plain(each.why)] for each in found.modules]
    lines = [f"# {_TITLE}", "", _lead(found), "", *table(["module", "attested", "verified", "why not"], rows), ""]
    return "\n".join(lines)


def html(found: Slsa) -> str:
    """A page for a browser."""
    size = len(found.modules)
    amounts = (float(size), float(found.attested), float(found.verified))
    chart = bars(_TITLE, _lead(found), ["in the matrix", "attested", "verified"], [Series("modules", amounts)])
    rows = [[each.path, *_marks(each), each.why, each.key] for each in found.modules]
    head = ["module", "attested", "verified", "why not", "key"]
    return page.page(_TITLE, _lead(found), [chart, page.section("Modules", page.table("Modules", head, rows))])


def _lead(found: Slsa) -> str:
    size = len(found.modules)
    attested, verified = percent(found.attested, size), percent(found.verified, size)
    asked = f"{found.threshold:g} % verified are asked for"
    modules = "module" if size == 1 else "modules"
    return f"{size} {modules}, {found.attested} attested ({attested}), {found.verified} verified ({verified}); {asked}."


def _marks(each: Module) -> tuple[str, str]:
    return "yes" if each.attested else "no", "yes" if each.verified else "no"
