"""Sections that were measured before, by all that they were measured from: nothing is measured twice in a tree.

Kept is what was measured, never that it could not be: another machine may have what was missing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import laneshift
from laneshift.errors import Bug
from laneshift.evidence.canonical import digest
from laneshift.evidence.port import ResultsPort
from laneshift.reports.health.model import Section, State

_FORMAT = 1


def section(results: ResultsPort, inputs: Mapping[str, Any], fresh: Callable[[], Section]) -> Section:
    """The section that was kept for these inputs, which name all that it depends on besides this program, or a new one.

    Raises what `fresh` does.
    """
    key = _key(inputs)
    kept = _read(results.get(key))
    if kept is not None:
        return kept
    found = fresh()
    if found.state in (State.PASSED, State.FAILED):
        results.put(key, found.as_json())
    return found


def paths(results: ResultsPort, inputs: Mapping[str, Any], fresh: Callable[[], Iterable[str]]) -> list[str]:
    """The paths that were kept for these inputs, or new ones. Paths that are not UTF-8 are not kept."""
    key = _key({"paths": True, **inputs})
    known = results.get(key)
    if isinstance(known, list) and all(isinstance(each, str) for each in known):
        return known
    found = list(fresh())
    if not any("\udc80" <= letter <= "\udcff" for path in found for letter in path):
        results.put(key, found)
    return found


def _key(inputs: Mapping[str, Any]) -> str:
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return digest({"health": _FORMAT, "tool": laneshift.__version__, "python": python, **inputs})


def _read(value: Any) -> Section | None:
    if value is None:
        return None
    try:
        return Section.from_json(value)
    except (KeyError, TypeError, ValueError, AttributeError, Bug):
        # Whole, but not of this form: another version of this program kept it.
        return None
