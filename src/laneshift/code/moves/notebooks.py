"""Notebooks: the code cells as one program, the rest as text."""

from __future__ import annotations

from laneshift.code.moves.python import Job
from laneshift.code.moves.spans import Source, Span


def notebook_spans(source: Source, job: Job) -> list[Span]:
    """The edits in the JSON of a notebook."""
    spans = job.texts.spans(source.data)
    return sorted([*spans, *job.paths.spans(source.data, job.path)])
