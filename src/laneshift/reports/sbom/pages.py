"""A bill of materials for people: Markdown and HTML. Pure."""

from __future__ import annotations

from laneshift.reports import page
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.sbom.document import NOT_RUN
from laneshift.reports.sbom.model import Component, Finding, Sbom

_ROWS = 200
_UNSAID = "What no file says"
_HEAD = ("package", "version", "licence", "hashes", "named in")
_FOUND = ("advisory", "package", "severity", "fixed in", "what")
_READ = ("file", "kind", "packages", "own")


def lead(bill: Sbom) -> str:
    """One line: how much there is, and how much of it is known."""
    pinned = sum(bool(each.version) for each in bill.components)
    licences = sum(bool(each.licence.expression or each.licence.name) for each in bill.components)
    hashed = sum(bool(each.hashes) for each in bill.components)
    counts = (
        f"{len(bill.components)} packages: {pinned} with a version, {licences} with a licence, {hashed} with hashes"
    )
    return f"{counts}. Vulnerabilities: {vulnerabilities(bill)}."


def vulnerabilities(bill: Sbom) -> str:
    """What is known against it. Not to have looked is not the same as to have found nothing."""
    if bill.looked is None:
        return NOT_RUN
    doubts = len(bill.looked.findings) - len(bill.looked.affected)
    return f"{len(bill.looked.affected)} found, {doubts} cannot be told, in {bill.looked.advisories} advisories"


def markdown(bill: Sbom) -> str:
    """A page for a repository or for the summary of a job."""
    lines = [f"# {plain(title(bill))}", "", plain(lead(bill)), ""]
    if bill.looked is not None and bill.looked.findings:
        rows = [[plain(cell) for cell in finding_cells(each)] for each in bill.looked.findings[:_ROWS]]
        lines += ["## Vulnerabilities", "", *table(_FOUND, rows), *_more(len(bill.looked.findings)), ""]
    lines += ["## Packages", "", *table(_HEAD, [_plain_row(each) for each in bill.components[:_ROWS]], (3,))]
    lines += [*_more(len(bill.components)), ""]
    if bill.sources:
        read = [[code(path), *more] for path, *more in _sources(bill)]
        lines += ["## Files that were read", "", *table(_READ, read, (2, 3)), ""]
    if bill.excluded:
        lines += ["## Files that were left out on request", "", *(f"- {code(path)}" for path in bill.excluded), ""]
    if bill.notes:
        lines += [f"## {_UNSAID}", "", *(f"- {plain(note)}" for note in bill.notes), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def html(bill: Sbom) -> str:
    """A page for a browser."""
    parts = []
    if bill.looked is not None and bill.looked.findings:
        rows = [finding_cells(each) for each in bill.looked.findings]
        parts.append(page.section("Vulnerabilities", page.table("Vulnerabilities", _FOUND, rows)))
    rows = [_row(each) for each in bill.components]
    parts.append(page.section("Packages", page.table("Packages", _HEAD, rows, (3,))))
    if bill.sources:
        parts.append(page.section("Files that were read", page.table("Files", _READ, _sources(bill), (2, 3))))
    if bill.excluded:
        left = [(path,) for path in bill.excluded]
        parts.append(page.section("Files that were left out on request", page.table("Left out", ("file",), left)))
    if bill.notes:
        parts.append(page.section(_UNSAID, page.table("Notes", ("note",), [(note,) for note in bill.notes])))
    return page.page(title(bill), lead(bill), parts)


def title(bill: Sbom) -> str:
    """What the bill is called."""
    return f"Bill of materials: {bill.subject.name} {bill.subject.version}".rstrip()


def finding_cells(found: Finding) -> tuple[str, ...]:
    """A finding as the cells of a row."""
    name = found.purl.removeprefix("pkg:pypi/")
    what = f"cannot be told: {found.why}" if found.why else found.summary
    return (" ".join((found.id, *found.aliases)), name, found.severity or "-", ", ".join(found.fixed) or "-", what)


def _row(each: Component) -> tuple[str, ...]:
    return each.name, each.version or "not pinned", str(each.licence), str(len(each.hashes)), "; ".join(each.said)


def _plain_row(each: Component) -> tuple[str, ...]:
    name, *more = _row(each)
    return code(name), *map(plain, more)


def _sources(bill: Sbom) -> list[tuple[str, str, str, str]]:
    return [(each.path, each.kind, str(each.named), str(each.own)) for each in bill.sources]


def _more(count: int) -> list[str]:
    return ["", f"{count - _ROWS} more are in `sbom.cdx.json`."] if count > _ROWS else []
