"""Facts about Python files as they are kept. `extract` makes them from bytes, `refusal` asks the compiler.

Both load the parser's tools, which a reader of kept facts does without: import them from their own modules.
"""

from __future__ import annotations

from laneshift.code.facts.records import (
    Effect,
    Facts,
    Parameter,
    Problem,
    Symbol,
    decode,
    decode_links,
    decode_parses,
    encode,
)
from laneshift.code.links import Import, Links

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
]
