"""What changed in where the service is found. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.reports.openapi.forms import text
from laneshift.reports.openapi.model import Finding, Kind, Verdict

_DEFAULT: list[dict[str, Any]] = [{"url": "/"}]


def servers(old: Any, new: Any, where: str) -> Iterator[Finding]:
    """What changed between two lists of servers; without one the service is found at `/`."""
    before, after = ({_address(each): each for each in (told or _DEFAULT)} for told in (old, new))
    for url in {**before, **after}:
        place = f"{where} · server {url}" if where else f"server {url}"
        if url not in after:
            yield Finding(Verdict.BREAKING, Kind.REMOVED, "server.removed", place, "the server is gone")
        elif url not in before:
            yield Finding(Verdict.SAFE, Kind.ADDED, "server.added", place, "a server is new")
        else:
            yield from _variables(before[url].get("variables") or {}, after[url].get("variables") or {}, place)


def _variables(old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Finding]:
    for name in sorted({*old, *new}):
        before, after = old.get(name, {}), new.get(name, {})
        place = f"{where} · variable {name}"
        if before.get("default") != after.get("default"):
            told = f"the default is {after.get('default')}, was {before.get('default')}"
            yield Finding(Verdict.BREAKING, Kind.CHANGED, "server.variable-default", place, told)
        had, has = before.get("enum"), after.get("enum")
        if has is not None and (had is None or not {*map(text, had)} <= {*map(text, has)}):
            told = "fewer values may be chosen"
            yield Finding(Verdict.BREAKING, Kind.REMOVED, "server.variable-values", place, told)
        elif had is not None and text(had) != text(has):
            told = "more values may be chosen"
            yield Finding(Verdict.SAFE, Kind.ADDED, "server.variable-values", place, told)


def _address(server: Mapping[str, Any]) -> str:
    url = str(server.get("url", "/"))
    return url.rstrip("/") or "/"
