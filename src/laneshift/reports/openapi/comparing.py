"""Two documents held against each other. Pure: the same documents give the same report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from laneshift.errors import Refused
from laneshift.reports.openapi import security
from laneshift.reports.openapi.contents import Room
from laneshift.reports.openapi.forms import text
from laneshift.reports.openapi.model import Document, Finding, Kind, Pair, Side, Verdict
from laneshift.reports.openapi.operations import METHODS, operations, webhooks
from laneshift.reports.openapi.pointers import plain
from laneshift.reports.openapi.schemas import Key, Schemas
from laneshift.reports.openapi.servers import servers
from laneshift.reports.openapi.versions import Step, step

_ORDER = {Verdict.BREAKING: 0, Verdict.UNSURE: 1, Verdict.SAFE: 2}


@dataclass(frozen=True, slots=True)
class Compared:
    """The report. `allowed` says that the version announces a break, `unsure_passes` what was asked for.

    `remarks` are what validation says of documents that can be compared all the same.
    """

    old: Document
    new: Document
    findings: tuple[Finding, ...]
    operations: tuple[int, int]
    step: Step
    unsure_passes: bool = False
    remarks: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings of one verdict."""
        return tuple(each for each in self.findings if each.verdict is verdict)

    @property
    def allowed(self) -> bool:
        """Whether the version says that clients may break."""
        return self.step is Step.BREAKING

    @property
    def passes(self) -> bool:
        """Whether nothing breaks that may not, and nothing is left open."""
        if self.allowed:
            return True
        return not self.of(Verdict.BREAKING) and (self.unsure_passes or not self.of(Verdict.UNSURE))


def compare(old: Document, new: Document, *, unsure_passes: bool = False, remarks: tuple[str, ...] = ()) -> Compared:
    """The report about two documents.

    Raises `Refused`: `openapi.too-large` for more schemas than can be compared, `openapi.too-deep` for schemas within
    schemas without end.
    """
    try:
        found = tuple(
            sorted(_findings(old, new), key=lambda each: (_ORDER[each.verdict], each.where, each.code, each.text))
        )
    except RecursionError as error:
        what = "schemas are nested too deeply to be compared"
        raise Refused("openapi.too-deep", what, where=new.name) from error
    counts = (operation_count(old), operation_count(new))
    return Compared(old, new, found, counts, step(old.version, new.version), unsure_passes, remarks)


def operation_count(document: Document) -> int:
    """How many operations a document has, webhooks among them."""
    told = [document.data.get("paths") or {}, document.data.get("webhooks") or {}]
    items = [plain(document.data, item) for each in told if isinstance(each, dict) for item in each.values()]
    return sum(method in item for item in items for method in METHODS)


def _findings(old: Document, new: Document) -> Iterator[Finding]:
    room = Room((old, new), Side.REQUEST, "")
    yield from servers(old.data.get("servers"), new.data.get("servers"), "")
    yield from security.schemes(old, new)
    if text(old.data.get("jsonSchemaDialect")) != text(new.data.get("jsonSchemaDialect")):
        told = "schemas are written in another dialect"
        yield Finding(Verdict.UNSURE, Kind.CHANGED, "document.dialect", "document", told)
    schemas = Schemas(old, new)
    used: dict[Key, set[str]] = defaultdict(set)
    for each in (operations, webhooks):
        for name, findings in each(room):
            for found in findings:
                if isinstance(found, Pair):
                    used[schemas.compare(found)].add(name)
                else:
                    yield found
    yield from _shared(schemas, used)


def _shared(schemas: Schemas, used: dict[Key, set[str]]) -> Iterator[Finding]:
    """What was found in schemas, each with all the operations that it reaches."""
    faulty = {key for key, found in schemas.findings.items() if found}
    reach: dict[Key, set[str]] = defaultdict(set)
    for start, names in used.items():
        for key in faulty.intersection(schemas.reached(start)):
            reach[key] |= names
    for key in schemas.findings:
        for found in schemas.findings[key]:
            yield replace(found, used_by=tuple(sorted(reach[key])))
