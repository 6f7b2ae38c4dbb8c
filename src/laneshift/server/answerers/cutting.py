"""Where an answer ends before its end: at a text that stops it, or at the most tokens. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from laneshift.server.answerers.pieces import tokens_of
from laneshift.server.answerers.port import Finish


@dataclass(frozen=True, slots=True)
class Cut:
    """The tokens that are told, and why there are no more."""

    tokens: tuple[str, ...]
    finish: Finish


def cut(text: str, stop: Sequence[str], limit: int | None) -> Cut:
    """`text` up to the first of the texts in `stop`, which is not told, and up to `limit` tokens."""
    ends = [place for each in stop if each and (place := text.find(each)) >= 0]
    tokens = tokens_of(text[: min(ends)] if ends else text)
    if limit is not None and len(tokens) > limit:
        return Cut(tuple(tokens[:limit]), "length")
    return Cut(tuple(tokens), "stop")
