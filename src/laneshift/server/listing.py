"""What lists have in common: their parameters, and how a page of them is described."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from laneshift.server.cursors import LARGEST, USUAL

Limit = Annotated[int, Query(ge=1, le=LARGEST, description="The most entries of one page.")]
After = Annotated[str, Query(max_length=2000, description="`next` of the page before; nothing for the first.")]
SIZE = USUAL

UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What you have, by `If-None-Match`, is what there is."},
}
"""For routes that answer with an ETag."""
