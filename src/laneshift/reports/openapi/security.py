"""What changed in who may call: schemes, scopes, and which of them an operation asks for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from laneshift.reports.openapi.forms import text
from laneshift.reports.openapi.model import Document, Finding, Kind, Verdict
from laneshift.reports.openapi.pointers import plain

_FLOW_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl")
_SAME = {"apiKey": ("in", "name"), "http": ("scheme",), "openIdConnect": ("openIdConnectUrl",), "mutualTLS": ()}
"""What makes a scheme of each type the one it is."""
Asked = frozenset[tuple[str, str]]
"""One way to be let in: schemes with scopes, all of which are needed; a scheme without scopes has an empty one."""


def schemes(old: Document, new: Document) -> Iterator[Finding]:
    """What changed in the schemes that both documents have under one name."""
    before, after = _schemes(old), _schemes(new)
    for name in sorted({*before, *after}):
        where = f"security scheme {name}"
        if name not in after:
            told = "the scheme is gone"
            yield Finding(Verdict.UNSURE, Kind.REMOVED, "security.scheme-removed", where, told)
        elif name not in before:
            yield Finding(Verdict.SAFE, Kind.ADDED, "security.scheme-added", where, "a scheme is new")
        else:
            yield from _scheme(before[name], after[name], where)


def required(old: Any, new: Any, documents: tuple[Document, Document], where: str) -> Iterator[Finding]:
    """What changed for the callers of one operation."""
    before, after = (_ways(each, document) for each, document in zip((old, new), documents, strict=True))
    renamed = _renamed(*documents)
    before = [frozenset((renamed.get(scheme, scheme), scope) for scheme, scope in way) for way in before]
    for way in before:
        if any(other <= way for other in after):
            continue
        closest = min(after, key=lambda other: len(other - way))
        told = f"whoever had {_told(way)} needs {_told(closest)} now"
        yield Finding(Verdict.BREAKING, Kind.CHANGED, "security.tightened", where, told)
    for other in after:
        if not any(other == way for way in before) and not any(other > way for way in before):
            told = f"{_told(other)} is enough now"
            yield Finding(Verdict.SAFE, Kind.ADDED, "security.loosened", where, told)


def _scheme(old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Finding]:
    for key in ("type", *_SAME.get(str(new.get("type")), ())):
        before, after = (str(each.get(key, "")) for each in (old, new))
        folded = key == "scheme" or (key == "name" and new.get("in") == "header")
        if (before.lower() if folded else before) != (after.lower() if folded else after):
            told = f"{key} is {after or 'none'}, was {before or 'none'}"
            yield Finding(Verdict.BREAKING, Kind.CHANGED, "security.scheme", where, told)
    if old.get("bearerFormat") != new.get("bearerFormat"):
        yield Finding(Verdict.UNSURE, Kind.CHANGED, "security.bearer-format", where, "tokens have another form")
    if new.get("type") == old.get("type") == "oauth2":
        yield from _flows(old.get("flows") or {}, new.get("flows") or {}, where)


def _flows(old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Finding]:
    for name in sorted({*old, *new}):
        place = f"{where} · {name}"
        if name not in new:
            yield Finding(Verdict.BREAKING, Kind.REMOVED, "security.flow-removed", place, "the flow is gone")
            continue
        if name not in old:
            yield Finding(Verdict.SAFE, Kind.ADDED, "security.flow-added", place, "a flow is new")
            continue
        for key in _FLOW_URLS:
            if old[name].get(key) != new[name].get(key):
                told = f"{key} is {new[name].get(key, 'none')}, was {old[name].get(key, 'none')}"
                yield Finding(Verdict.BREAKING, Kind.CHANGED, "security.flow", place, told)
        before, after = (each[name].get("scopes") or {} for each in (old, new))
        for scope in sorted({*before} ^ {*after}):
            if scope in after:
                yield Finding(Verdict.SAFE, Kind.ADDED, "security.scope-offered", place, f"scope {scope} is new")
            else:
                told = f"scope {scope} can no longer be had"
                yield Finding(Verdict.BREAKING, Kind.REMOVED, "security.scope-withdrawn", place, told)


def _ways(asked: Any, document: Document) -> list[Asked]:
    told: Sequence[Any] = asked if isinstance(asked, list) else document.data.get("security") or ()
    ways = [
        frozenset((name, scope) for name, scopes in each.items() for scope in (scopes or [""]))
        for each in told
        if isinstance(each, dict)
    ]
    return ways or [frozenset()]


def _schemes(document: Document) -> dict[str, Mapping[str, Any]]:
    components = document.data.get("components")
    told = components.get("securitySchemes") if isinstance(components, dict) else None
    return {name: plain(document.data, each) for name, each in (told or {}).items() if isinstance(each, dict)}


def _renamed(old: Document, new: Document) -> dict[str, str]:
    """Schemes that are the same under another name."""
    before, after = _schemes(old), _schemes(new)
    by_what = {text(_bare(each)): name for name, each in after.items() if name not in before}
    return {
        name: by_what[text(_bare(each))]
        for name, each in before.items()
        if name not in after and text(_bare(each)) in by_what
    }


def _bare(scheme: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in scheme.items() if key != "description"}


def _told(way: Asked) -> str:
    return " and ".join(f"{scheme}:{scope}" if scope else scheme for scheme, scope in sorted(way)) or "nothing"
