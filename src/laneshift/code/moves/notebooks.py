"""Notebooks: the code cells together are one program, everything else is text.

The program is built from the JSON strings of the cells, with the place of every byte kept, so that the edits of the
program become edits of the JSON and its layout stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from laneshift.code.moves.fallback import token_spans
from laneshift.code.moves.python import Job, python_spans
from laneshift.code.moves.spans import Source, Span, parse

_STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PIECE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+", re.DOTALL
)
_SOURCE_KEY = re.compile(rb'"source"\s*:\s*')
_CODE_CELL = re.compile(rb'"cell_type"\s*:\s*"(\w+)"')
_MAGIC = re.compile(rb"(?m)^([ \t]*)[%!?]")


class _Program(NamedTuple):
    """The text of all code cells; `places` gives for every byte of it where it stands in the JSON."""

    text: bytes
    places: list[int]


def notebook_spans(source: Source, job: Job) -> list[Span]:
    """The edits in the JSON of a notebook. JSON that does not parse is treated as text altogether."""
    plain = [*job.texts.spans(source.data)]
    plain += (span for span in job.paths.spans(source.data, job.path) if not _within(span, plain))
    if not _is_notebook(source.data):
        return sorted(plain)
    cells = list(_cells(source.data))
    program = _program(source.data, cells)
    inside = Source(_MAGIC.sub(rb"\1#", program.text))
    tree = parse(inside)
    spans = python_spans(inside, tree, job) if tree is not None else token_spans(inside, job)
    edits = [_placed(span, program) for span in spans]
    outside = [span for span in plain if not any(start <= span.start < end for start, end in cells)]
    return sorted([*edits, *outside])


def _within(span: Span, others: list[Span]) -> bool:
    return any(each.start < span.end and span.start < each.end for each in others)


def _is_notebook(data: bytes) -> bool:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and isinstance(document.get("cells"), list)


def _cells(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the `source` of each code cell stands: a string, or a list of strings."""
    kinds = [(found.start(), found.group(1)) for found in _CODE_CELL.finditer(data)]
    for index, (start, kind) in enumerate(kinds):
        stop = kinds[index + 1][0] if index + 1 < len(kinds) else len(data)
        found = _SOURCE_KEY.search(data, start, stop)
        if kind == b"code" and found is not None:
            yield found.end(), _value_end(data, found.end())


def _value_end(data: bytes, start: int) -> int:
    if data.startswith(b'"', start):
        found = _STRING.match(data, start)
        return found.end() if found else start
    at = start + 1
    while at < len(data) and data[at : at + 1] != b"]":
        found = _STRING.match(data, at)
        at = found.end() if found else at + 1
    return at


def _program(data: bytes, cells: list[tuple[int, int]]) -> _Program:
    text = bytearray()
    places: list[int] = []
    for start, end in cells:
        for found in _STRING.finditer(data, start, end):
            for piece in _PIECE.finditer(data, found.start(1), found.end(1)):
                plain = _plain(piece.group())
                text += plain
                step = 1 if len(plain) == piece.end() - piece.start() else 0
                places += [piece.start() + step * index for index in range(len(plain))]
                if step == 0 or piece.group().startswith(b"\\"):
                    places[-len(plain) :] = [piece.start()] * len(plain)
        text += b"\n"
        places.append(end)
    places.append(len(data))
    return _Program(bytes(text), places)


def _plain(piece: bytes) -> bytes:
    if not piece.startswith(b"\\"):
        return piece
    decoded = json.loads(b'"' + piece + b'"')
    return str(decoded).encode("utf-8", "surrogatepass")


def _placed(span: Span, program: _Program) -> Span:
    start = program.places[span.start]
    if span.end > span.start:
        last = program.places[span.end - 1]
        width = 1 if program.text[span.end - 1 : span.end] not in (b"\n", b'"', b"\\", b"\t") else 2
        end = last + width
    else:
        end = start
    text = json.dumps(span.text.decode("utf-8", "surrogateescape"), ensure_ascii=False)[1:-1].encode()
    return Span(start, end, text, span.form)
