"""What a file holds is told by its name where that is enough, and never otherwise than with its bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.moves.formats import is_never_edited, kind_of

_STEMS = st.sampled_from(["a", ".a", "", "Dockerfile", "Makefile", "x.Dockerfile", "..", "a.py", "code"])
_SUFFIXES = st.sampled_from(
    ["", ".", ".py", ".PY", ".pyx", ".ipynb", ".toml", ".po", ".mo", ".pkl", ".js", ".sample", ".tmp", ".Dev", ".1"]
)
_BYTES = st.sampled_from([b"", b"text\n", b"\0", b"#!/usr/bin/env python\n", b"{}"])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(_STEMS, _SUFFIXES, _BYTES)
def test_what_is_never_edited_is_so_whatever_it_holds(stem: str, suffix: str, data: bytes) -> None:
    path = f"folder.py/{stem}{suffix}"
    if is_never_edited(path):
        assert kind_of(path, data) in ("binary", "unknown")


def test_only_names_of_other_formats_are_never_edited() -> None:
    assert all(map(is_never_edited, ("a.po", "a.mo", "d/a.js", "a.pkl", "a.tmp")))
    assert not any(map(is_never_edited, ("a.py", "a", ".env", "Makefile.am", "Dockerfile.dev", "a.txt", "a.JSON")))
