"""Random manifests as people write them, for hypothesis: any style, any escapes, fields in any order."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
LINE = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
LINES = st.lists(LINE, max_size=3, unique=True)
HUMAN: dict[tuple[str, ...], st.SearchStrategy[Any]] = {
    ("module", "description"): TEXT,
    ("module", "version"): LINE,
    ("module", "colony"): LINE,
    ("testing", "quality_tier"): st.sampled_from(["T2_important", "T3_standard", "T4_experimental"]),
    ("testing", "coverage_baseline"): st.integers(0, 100) | st.floats(0, 100),
    ("observability", "logging", "default_level"): st.sampled_from(["INFO", "DEBUG"]),
    ("security", "requires_auth"): st.booleans(),
    ("contracts",): LINES,
    ("metadata", "owner"): LINE,
    ("metadata", "tags"): LINES,
    ("metadata", "created"): LINE,
    ("capabilities",): st.lists(st.fixed_dictionaries({"name": LINE, "description": TEXT}), max_size=2),
    ("extensions", "of my own"): st.recursive(
        st.none() | st.booleans() | TEXT, lambda inner: st.lists(inner, max_size=3)
    ),
}
DERIVED: dict[tuple[str, ...], st.SearchStrategy[Any]] = {
    ("module", "name"): st.just("a.b"),
    ("module", "lane"): LINE,
    ("exports", "classes"): LINES,
    ("exports", "functions"): LINES,
    ("dependencies", "internal"): LINES,
    ("testing", "has_tests"): st.booleans(),
    ("observability", "logging", "logger_name"): LINE,
    ("observability", "spans"): LINES,
    ("security", "network_calls"): st.booleans(),
}


@st.composite
def manifests(draw: st.DrawFn) -> bytes:
    """The bytes of a manifest with some human and some derived fields."""
    every = {**HUMAN, **DERIVED}
    chosen = draw(st.lists(st.sampled_from(sorted(every)), unique=True))
    value: dict[str, Any] = {}
    for key in draw(st.permutations([*chosen, ("schema_version",)])):
        inner = value
        for name in key[:-1]:
            inner = inner.setdefault(name, {})
        inner[key[-1]] = draw(every[key]) if key in every else "1.2.0"
    indent = draw(st.sampled_from([None, None, 0, 1, 2, 4, "\t"]))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (",", ": "), (" , ", " : ")]))
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    ends = draw(st.sampled_from(["", "\n", "\r\n", "\n\n", "  "]))
    return f"{draw(st.sampled_from(['', chr(0xFEFF)]))}{draw(st.sampled_from(['', ' ']))}{text}{ends}".encode()


@st.composite
def derivations(draw: st.DrawFn, absent: object) -> dict[tuple[str, ...], Any]:
    """What the code might say: each derived field with a value, absent, or not known."""
    chosen = draw(st.lists(st.sampled_from(sorted(DERIVED)), unique=True))
    return {key: absent if draw(st.integers(0, 3)) == 0 else draw(DERIVED[key]) for key in chosen}
