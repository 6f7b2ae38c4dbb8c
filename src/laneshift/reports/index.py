"""One page for all reports that lie in a folder: whether each passes, and where its page is. Pure.

A report that cannot be read does not pass, and neither does one that is wanted and not there.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from laneshift.errors import Refused
from laneshift.reports import page
from laneshift.reports.charts import bars
from laneshift.reports.markdown import plain, table
from laneshift.reports.svg import Series

VERSION = "1.0"
_TITLE = "Reports"
_LARGEST = 64 << 20
_HEAD = ("report", "state", "why", "page")
STATES = ("passes", "fails", "unreadable", "missing", "there")
"""`there` is a document that says nothing of passing: a bill of materials, an audit."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A report as it lies in a folder: document, page and schema; without a schema it has no word on passing."""

    name: str
    document: str
    page: str
    schema: str = ""


_FLAT = ("coverage", "bench", "openapi", "audit", "agents", "monitoring")
KINDS = (
    Kind("health", "health/latest.json", "health/latest.html", "health"),
    *(Kind(each, f"{each}.json", f"{each}.html", each) for each in _FLAT),
    Kind("stars", "stars.json", "CONSTELLATION.md", "stars"),
    Kind("slsa", "slsa.json", "slsa.html", "slsa"),
    Kind("sbom", "sbom.cdx.json", "sbom.html"),
)
"""Every report that can be written into a folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One report: how it stands, why it cannot be read, and the path of its page from the root of the repository."""

    name: str
    state: str
    why: str
    page: str


@dataclass(frozen=True, slots=True)
class Index:
    """All reports of a folder."""

    folder: str
    entries: tuple[Entry, ...]

    @property
    def passes(self) -> bool:
        """Whether every one that is there passes, and nothing is missing."""
        return all(each.state in ("passes", "there") for each in self.entries)


def index(folder: str, read: Callable[[str], bytes | None], wanted: Collection[str] = ()) -> Index:
    """The index of a folder. `read` gives the bytes of a path, None where there is no file; `wanted` have to be there.

    Raises `Refused`: `index.nothing` for a folder without a report, `index.unknown` for a name that no report has.
    """
    unknown = sorted(set(wanted) - {kind.name for kind in KINDS})
    if unknown:
        names = ", ".join(kind.name for kind in KINDS)
        raise Refused("index.unknown", f"{unknown[0]!r} is no report", cure=f"name one of {names}")
    found = tuple(_entries(folder, read, wanted))
    if not found:
        raise Refused("index.nothing", "there is no report here", where=folder, cure="laneshift report health")
    return Index(folder, found)


def data(found: Index) -> dict[str, Any]:
    """Plain data, in the shape of `index.schema.json`."""
    entries = [asdict(each) for each in found.entries]
    return {"schema_version": VERSION, "folder": found.folder, "passes": found.passes, "reports": entries}


def markdown(found: Index, where: str) -> str:
    """A page that lies in the folder `where`."""
    rows = [
        [plain(each.name), each.state, plain(each.why), f"[{plain(each.name)}](<{_link(each, where)}>)"]
        if each.page
        else [plain(each.name), each.state, plain(each.why), ""]
        for each in found.entries
    ]
    return "\n".join([f"# {_TITLE}", "", plain(_lead(found)), "", *table(_HEAD, rows), ""])


def html(found: Index, where: str) -> str:
    """A page for a browser that lies in the folder `where`."""
    counts = [(state, sum(each.state == state for each in found.entries)) for state in STATES]
    told = ", ".join(f"{count} {state}" for state, count in counts if count)
    amounts = Series("reports", tuple(float(count) for _, count in counts))
    chart = bars("How they stand", f"{told}.", [state for state, _ in counts], [amounts])
    rows = [[each.name, each.state, each.why] for each in found.entries]
    links = [
        f'<li><a href="{page.words(_link(each, where))}">{page.words(each.name)}</a></li>'
        for each in found.entries
        if each.page
    ]
    parts = [page.section("How they stand", page.table(_TITLE, _HEAD[:3], rows), chart)]
    return page.page(_TITLE, _lead(found), [*parts, page.section("Pages", "<ul>", *links, "</ul>")])


def _entries(folder: str, read: Callable[[str], bytes | None], wanted: Collection[str]) -> Iterator[Entry]:
    for kind in KINDS:
        document = read(f"{folder}/{kind.document}")
        if document is None:
            if kind.name in wanted:
                yield Entry(kind.name, "missing", f"{kind.document} is not there", "")
            continue
        state, why = _state(kind, document)
        there = read(f"{folder}/{kind.page}") is not None
        yield Entry(kind.name, state, why, f"{folder}/{kind.page}" if there else "")


def _state(kind: Kind, document: bytes) -> tuple[str, str]:
    try:
        if len(document) > _LARGEST:
            return "unreadable", f"it has more than {_LARGEST} bytes"
        value = json.loads(document)
    except (ValueError, RecursionError) as error:
        return "unreadable", f"it is no JSON: {error}"
    if not kind.schema:
        right = isinstance(value, dict) and value.get("bomFormat") == "CycloneDX"
        return ("there", "") if right else ("unreadable", "it is no CycloneDX document")
    import jsonschema_rs

    text = files("laneshift.reports").joinpath(f"{kind.schema}.schema.json").read_text(encoding="utf-8")
    misfit = next(iter(jsonschema_rs.validator_for(json.loads(text)).iter_errors(value)), None)
    if misfit is not None:
        return "unreadable", f"it is not in the form of its schema: {' '.join(misfit.message.split())[:200]}"
    if "passes" not in value:
        return "there", ""
    return ("passes", "") if value["passes"] is True else ("fails", "")


def _lead(found: Index) -> str:
    good = sum(each.state in ("passes", "there") for each in found.entries)
    bad = [each.name for each in found.entries if each.state not in ("passes", "there")]
    return f"{good} of {len(found.entries)} report(s) stand{': not ' + ', '.join(bad) if bad else ''}."


def _link(each: Entry, where: str) -> str:
    return posixpath.relpath(each.page, where or ".")
