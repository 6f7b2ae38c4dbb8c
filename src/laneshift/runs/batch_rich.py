"""Batch files in TOML and JSON: items as in TSV, with an owner, a risk, a task, exceptions, stars, and `critical`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from laneshift.code.codemods.apply import known
from laneshift.code.codemods.records import REGENERATE, Codemod
from laneshift.errors import Fault
from laneshift.evidence.canonical import canonical
from laneshift.evidence.json_text import element_starts, line_numbers, once
from laneshift.runs import paths
from laneshift.runs.batch_line import KINDS, SUPPORTED_KINDS, Line, checked

Read = tuple[tuple[Line, ...], tuple[Fault, ...]]
"""The items of a file, and the faults that belong to the file as a whole."""

_REQUIRED = ("module", "src", "dst")
_TEXTS = (*_REQUIRED, "kind", "owner", "risk", "task", "star")
_LISTS = ("exceptions", "stars")
_STAYING = ("codemod", "manifest")
_KNOWN = frozenset({*_TEXTS, *_LISTS, "critical", "parameters"})
_TOML_ITEM = re.compile(r"^[ \t]*\[\[[ \t]*(?:items|\"items\"|'items')[ \t]*\]\]", re.MULTILINE)


def read_toml(file: str, data: bytes) -> Read:
    """The `[[items]]` of a TOML file. A file that is not TOML has no items and one fault."""
    try:
        text = data.decode("utf-8")
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return (), (_unreadable(file, "TOML", error),)
    items, faults = _items(file, document)
    starts = list(line_numbers(text, (found.start() for found in _TOML_ITEM.finditer(text))))
    return _lines(file, items, starts if len(starts) == len(items) else None), faults


def read_json(file: str, data: bytes) -> Read:
    """The `items` array of a JSON object. A file that is not JSON has no items and one fault."""
    try:
        text = data.decode("utf-8")
        document = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        return (), (_unreadable(file, "JSON", error),)
    items, faults = _items(file, document)
    return _lines(file, items, list(line_numbers(text, element_starts(text, "items"))) if items else None), faults


def _unreadable(file: str, form: str, error: Exception) -> Fault:
    return Fault(f"batch.not-{form.lower()}", file, f"this file is not {form}: {paths.visible(str(error))[:300]}")


def _items(file: str, document: Any) -> tuple[Sequence[Any], tuple[Fault, ...]]:
    if not isinstance(document, dict):
        return (), (Fault("batch.no-items", file, "the top of the file is no object", 'write {"items": [...]}'),)
    faults = tuple(
        Fault("batch.unknown-key", file, f"unknown key '{paths.visible(key)[:100]}'", "only `items` is known")
        for key in document
        if key != "items"
    )
    items = document.get("items", [])
    if not isinstance(items, list):
        return (), (*faults, Fault("batch.no-items", file, "`items` is not a list of items"))
    return items, faults


def _lines(file: str, items: Sequence[Any], starts: Sequence[int] | None) -> tuple[Line, ...]:
    if starts is None:
        return tuple(_line(at, f"{file}: item {at}", item) for at, item in enumerate(items, start=1))
    numbered = enumerate(zip(starts, items, strict=True), start=1)
    return tuple(_line(start, f"{file}:{start} (item {at})", item) for at, (start, item) in numbered)


def _line(number: int, where: str, item: Any) -> Line:
    if not isinstance(item, dict):
        return Line(number, where, faults=(Fault("batch.bad-item", where, "an item is a table of keys and values"),))
    shape = tuple(_shape_faults(where, item))
    texts = {key: item[key] for key in _TEXTS if isinstance(item.get(key), str)}
    star = [texts.pop("star")] if "star" in texts else []
    exceptions, stars = (_texts(item.get(key)) for key in _LISTS)
    if texts.get("kind") in _STAYING and "dst" not in texts:
        texts["dst"] = texts.get("src", "")
    line = Line(
        number,
        where,
        **texts,
        codemod=_change(texts.get("kind", ""), item),
        exceptions=tuple(exceptions),
        critical=item.get("critical") is True,
        stars=tuple(dict.fromkeys([*star, *stars])),
    )
    kind = tuple(_kind_faults(line, item))
    if shape or kind:
        return Line(number, where, kind=line.kind if line.kind in KINDS else "move", faults=(*shape, *kind))
    return checked(line)


def _change(kind: str, item: Mapping[str, Any]) -> str:
    """What an item does that moves nothing, as canonical JSON; empty for a move."""
    if kind == "manifest":
        return canonical(Codemod.asked(REGENERATE, _scope(item), {}).as_json()).decode()
    return _codemod(item) if kind == "codemod" else ""


def _scope(item: Mapping[str, Any]) -> tuple[str, ...]:
    return (paths.normalise(item["src"]),) if isinstance(item.get("src"), str) else ()


def _codemod(item: Mapping[str, Any]) -> str:
    """What a codemod item does, as canonical JSON; empty where its parameters do not say."""
    given = item.get("parameters")
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        return ""
    named = {name: value for name, value in given.items() if name != "codemod"}
    codemod = Codemod.asked(given.get("codemod", ""), _scope(item), named)
    return canonical(codemod.as_json()).decode() if known(codemod.name) else ""


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _shape_faults(where: str, item: Mapping[str, Any]) -> Iterator[Fault]:
    for key in item:
        if key not in _KNOWN:
            cure = f"known: {', '.join(sorted(_KNOWN))}"
            yield Fault("batch.unknown-key", where, f"unknown key '{paths.visible(key)[:100]}'", cure)
    for key in _TEXTS:
        if key in item and not isinstance(item[key], str):
            yield Fault("batch.bad-type", where, f"`{key}` is not a text")
    for key in _LISTS:
        if key in item and (not isinstance(item[key], list) or len(_texts(item[key])) != len(item[key])):
            yield Fault("batch.bad-type", where, f"`{key}` is not a list of texts")
    if not isinstance(item.get("critical", False), bool):
        yield Fault("batch.bad-type", where, "`critical` is neither true nor false")
    for key in _REQUIRED:
        wanted = item.get("kind", "move") == "move" or (item.get("kind") in _STAYING and key != "dst")
        if key not in item and wanted:
            yield Fault("batch.missing-key", where, f"`{key}` is missing")


def _kind_faults(line: Line, item: Mapping[str, Any]) -> Iterator[Fault]:
    supported = ", ".join(SUPPORTED_KINDS)
    if line.kind not in KINDS:
        what = f"kind '{paths.visible(line.kind)[:100]}' is unknown"
        yield Fault("batch.kind-unsupported", line.where, what, f"supported: {supported}")
    elif line.kind not in SUPPORTED_KINDS:
        what = f"items of kind '{line.kind}' cannot be run by this version"
        yield Fault("batch.kind-unsupported", line.where, what, f"supported: {supported}")
    elif line.kind == "codemod":
        if not line.codemod:
            what = "`parameters` does not say which codemod, or is no table of texts"
            yield Fault("batch.bad-codemod", line.where, what, 'parameters = { codemod = "isolate-import", … }')
        if line.dst != line.src:
            yield Fault(
                "batch.bad-codemod", line.where, "a codemod moves nothing, so `dst` is `src`", "leave `dst` out"
            )
    elif "parameters" in item:
        yield Fault("batch.unknown-key", line.where, f"a {line.kind} takes no `parameters`")
    elif line.kind == "manifest" and line.dst != line.src:
        what = "a manifest moves nothing, so `dst` is `src`"
        yield Fault("batch.bad-manifest", line.where, what, "leave `dst` out")
