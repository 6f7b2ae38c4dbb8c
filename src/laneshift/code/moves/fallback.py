"""Files without a syntax tree (Cython, other versions, broken ones): edits by tokens, conservative."""

from __future__ import annotations

import re

from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imports import import_spans
from laneshift.code.moves.light import find_statements
from laneshift.code.moves.python import Job
from laneshift.code.moves.regions import regions
from laneshift.code.moves.spans import Source, Span


def token_spans(source: Source, job: Job) -> list[Span]:
    """Imports by their text, and the full dotted name wherever it stands; names bound otherwise stay."""
    data = source.data
    known = regions(data)
    statements = find_statements(data, known)
    spans = import_spans(data, statements, job.frame)
    shadowed = _rebinds(data, job.frame)
    for span in [*job.texts.spans(data), *job.paths.spans(data, job.path)]:
        in_code = known.around(span.start) is None
        if in_code and (shadowed or span.form != "text"):
            continue
        if any(each.start < span.end and span.start < each.end for each in spans):
            continue
        if in_code and any(each.start <= span.start < each.end for each in statements):
            continue
        spans.append(span)
    return sorted(spans)


def _rebinds(data: bytes, frame: Frame) -> bool:
    """Whether the first part of the name is also a variable or a parameter somewhere in the file."""
    first = re.escape(frame.old.partition(".")[0].encode("utf-8", "surrogateescape"))
    pattern = (
        rb"(?<![A-Za-z0-9_.])"
        + first
        + rb"[ \t]*(?:=[^=]|:[^=\r\n]*=|,[^\r\n]*=[^=])|\bdef\b[^\r\n]*[(,* ]"
        + first
        + rb"[ \t]*[,):=]"
    )
    return re.search(pattern, data) is not None
