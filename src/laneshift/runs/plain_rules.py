"""Rules for lanes where settings hold little else, all of it plainly right.

To load what reads all settings takes longer than to read a small project. What is not plain here, and everything that
has a fault, is left to that, which tells of it in its own words.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from laneshift.lanes.model import BASELINE, Lane, Rules, faults_of

_TABLE = ("tool", "laneshift")
_LEVELS = ("experimental", "integration", "production")
_TEXTS = frozenset({"paths", "aliases", "owners", "lint"})
_FOLDER = re.compile(r"(?:\.?[A-Za-z0-9_][A-Za-z0-9_.-]*/)*\.?[A-Za-z0-9_][A-Za-z0-9_.-]*")


def plain_rules(own: bytes | None, shared: bytes | None) -> Rules | None:
    """The rules in the bytes of `laneshift.toml`, else of `pyproject.toml`; None where they are not plain."""
    try:
        table: Any = tomllib.loads(((shared or b"") if own is None else own).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    for name in _TABLE if own is None else ():
        table = table.get(name, {}) if isinstance(table, dict) else None
    return _rules(table) if isinstance(table, dict) else None


def _rules(table: dict[str, Any]) -> Rules | None:
    lanes, baseline = table.get("lanes", {}), table.get("lanes_baseline", BASELINE)
    roots = table.get("source_roots", [])
    if table.keys() - {"lanes", "lanes_baseline", "source_roots"} or not isinstance(lanes, dict) or not _texts(roots):
        return None
    if not isinstance(baseline, str) or not all(map(_FOLDER.fullmatch, [baseline, *roots])):
        return None
    found = [_lane(name, each) for name, each in lanes.items()]
    configured = tuple(each for each in found if each is not None)
    if len(configured) < len(found) or any(faults_of(configured)):
        return None
    return Rules(configured, baseline, tuple(roots))


def _lane(name: str, table: Any) -> Lane | None:
    if not isinstance(table, dict) or table.keys() - _TEXTS - {"level", "may_import"} or not table.get("paths"):
        return None
    level, may_import = table.get("level", "integration"), table.get("may_import")
    texts = {key: table.get(key, []) for key in _TEXTS}
    if level not in _LEVELS or not all(map(_texts, texts.values())) or not (may_import is None or _texts(may_import)):
        return None
    return Lane(
        name=name,
        paths=tuple(texts["paths"]),
        level=level,
        may_import=None if may_import is None else frozenset(may_import),
        aliases=tuple(texts["aliases"]),
        owners=tuple(texts["owners"]),
        lint=tuple(texts["lint"]),
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
