"""Facts about Python files, extracted from bytes alone."""

from __future__ import annotations

from laneshift.code.facts.extract import extract
from laneshift.code.facts.records import (
    Effect,
    Facts,
    Import,
    Links,
    Parameter,
    Problem,
    Symbol,
    decode,
    decode_links,
    decode_parses,
    encode,
)
from laneshift.code.facts.refusal import refusal

__all__ = [
    "Effect",
    "Facts",
    "Import",
    "Links",
    "Parameter",
    "Problem",
    "Symbol",
    "decode",
    "decode_links",
    "decode_parses",
    "encode",
    "extract",
    "refusal",
]
