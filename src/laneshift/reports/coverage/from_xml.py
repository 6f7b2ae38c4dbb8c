"""The Cobertura XML report, read by expat with its dangers refused: no entities, nothing fetched, bounded depth."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from xml.parsers import expat

from laneshift.errors import Refused
from laneshift.reports.coverage.lines import Lines, Measured, not_a_report

_DEEPEST = 64
_MOST_LINES = 10_000_000
_MOST_BRANCHES = 1_000_000
_CHUNK = 1 << 20
_CONDITIONS = re.compile(r"[0-9.]{1,8}% \(([0-9]{1,7})/([0-9]{1,7})\)")
_NUMBER = re.compile(r"[0-9]{1,18}")
_MILLISECONDS_FROM = 100_000_000_000
"""Cobertura wrote milliseconds; some tools write seconds. No time of reports is ambiguous."""


@dataclass
class _Seen:
    """What the parser has met so far. `lines` is by file: line to hits; `branches`: line to taken and all."""

    where: str
    path: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    lines: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    branches: dict[str, dict[int, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    written: float | None = None
    tool: str = "Cobertura"
    branch: bool = False
    file: str = ""
    text: list[str] = field(default_factory=list)


def from_xml(data: bytes, where: str) -> Measured:
    """The report in `data`. Raises `Refused` (`coverage.not-a-report`, `coverage.unsafe-xml`)."""
    seen = _Seen(where)
    parser = _parser(seen)
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise not_a_report(where, f"it is not XML: {error}") from error
    files = {name: _file(seen, name) for name in seen.lines}
    return Measured(seen.tool, files, seen.branch, seen.written, False, tuple(filter(None, seen.sources)))


def _parser(seen: _Seen) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True

    def unsafe(*_: object) -> int:
        raise Refused(
            "coverage.unsafe-xml",
            "this XML declares or uses entities, or has a document type of its own",
            where=seen.where,
            why="a coverage report needs none, and they are how a small file becomes a large one",
        )

    def doctype(_name: str, _system: str | None, _public: str | None, own: bool) -> None:
        # One that only names Cobertura's is usual; it is never fetched.
        if own:
            unsafe()

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = unsafe
    parser.UnparsedEntityDeclHandler = unsafe
    parser.ExternalEntityRefHandler = unsafe
    parser.SkippedEntityHandler = unsafe
    parser.StartElementHandler = lambda name, attributes: _start(seen, name, attributes)
    parser.EndElementHandler = lambda name: _end(seen, name)
    parser.CharacterDataHandler = seen.text.append
    return parser


def _start(seen: _Seen, name: str, attributes: dict[str, str]) -> None:
    if not seen.path and name != "coverage":
        raise not_a_report(seen.where, f"its root is {name!r}, not 'coverage'")
    seen.path.append(name)
    seen.text.clear()
    if len(seen.path) > _DEEPEST:
        raise not_a_report(seen.where, f"elements lie more than {_DEEPEST} deep")
    if len(seen.path) == 1:
        _root(seen, attributes)
    elif name == "class":
        seen.file = attributes.get("filename", "")
        if not seen.file:
            raise not_a_report(seen.where, f"the class {attributes.get('name', '')!r} names no file")
        seen.lines[seen.file]  # a class without lines is a file without statements
    elif name == "line" and "class" in seen.path:
        _line(seen, attributes)


def _end(seen: _Seen, name: str) -> None:
    seen.path.pop()
    if name == "source":
        seen.sources.append("".join(seen.text).strip())
    seen.text.clear()


def _root(seen: _Seen, attributes: dict[str, str]) -> None:
    told = attributes.get("timestamp", "")
    if told:
        if not _NUMBER.fullmatch(told):
            raise not_a_report(seen.where, f"timestamp is {told!r}, which is no number")
        seen.written = int(told) / (1000 if int(told) >= _MILLISECONDS_FROM else 1)
    seen.branch = attributes.get("branches-valid", "0") not in {"", "0"}
    seen.tool = f"Cobertura {attributes.get('version', '')}".strip()


def _line(seen: _Seen, attributes: dict[str, str]) -> None:
    """A line may come twice, in a method and in its class: what ran in one of them ran."""
    number, hits = (attributes.get(key, "") for key in ("number", "hits"))
    if not _NUMBER.fullmatch(number) or not _NUMBER.fullmatch(hits) or not 0 < int(number) <= _MOST_LINES:
        raise not_a_report(seen.where, f"{seen.file}: a line with number {number!r} and hits {hits!r}")
    lines = seen.lines[seen.file]
    lines[int(number)] = max(int(hits), lines.get(int(number), 0))
    if attributes.get("branch", "false") != "true":
        return
    found = _CONDITIONS.fullmatch(attributes.get("condition-coverage", ""))
    taken, whole = (int(found[1]), int(found[2])) if found else (-1, -1)
    if not 0 <= taken <= whole <= _MOST_BRANCHES:
        raise not_a_report(seen.where, f"{seen.file}:{number}: branches without a count of those that were taken")
    seen.branch = True
    before = seen.branches[seen.file].get(int(number), (0, 0))
    seen.branches[seen.file][int(number)] = (max(taken, before[0]), max(whole, before[1]))


def _file(seen: _Seen, name: str) -> Lines:
    lines = seen.lines[name]
    branches = seen.branches.get(name, {}).values()
    run = frozenset(line for line, hits in lines.items() if hits)
    return Lines(frozenset(lines), run, sum(whole for _, whole in branches), sum(taken for taken, _ in branches))
