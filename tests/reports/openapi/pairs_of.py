"""The labelled pairs: documents before and after, and the verdict that is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "pairs"
_ANSWER = {"200": {"description": "ok"}}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One pair. `label` is the worst verdict, or `same` where nothing is to be said; `code` one that has to be said."""

    name: str
    label: str
    code: str
    old: dict[str, Any]
    new: dict[str, Any]


def labelled() -> list[Labelled]:
    """Every pair of every file, by file and place."""
    return [
        pair for file in sorted(_FOLDER.glob("*.yaml")) for row in yaml.safe_load(file.read_text()) for pair in _of(row)
    ]


def _of(row: dict[str, Any]) -> Iterator[Labelled]:
    dialects = row.get("dialects") or [row.get("dialect", "3.0.3")] * 2
    if "schema" not in row:
        old, new = ({**_head(dialects[at]), **_body(row, at)} for at in (0, 1))
        yield Labelled(row["name"], row["label"], row.get("code", ""), old, new)
        return
    for side, place in (("request", _request), ("response", _answer)):
        if side not in row:
            continue
        old, new = ({**_head(dialects[at]), **place(row["schema"][at]), **_shared(row, at)} for at in (0, 1))
        said = row.get("code", "") if row[side] != "same" else ""
        yield Labelled(f"{row['name']} in a {side}", row[side], f"{side}.{said}" if said else "", old, new)


def _head(dialect: str) -> dict[str, Any]:
    return {"openapi": dialect, "info": {"title": "pairs", "version": "1.0.0"}}


def _body(row: dict[str, Any], at: int) -> dict[str, Any]:
    if "document" in row:
        return dict(row["document"][at])
    if "paths" in row:
        return {"paths": row["paths"][at]}
    schemes = {"components": {"securitySchemes": row["shared"]}} if "shared" in row else {}
    if "item" in row:
        return {"paths": {"/a": row["item"][at]}, **schemes}
    return {"paths": {"/a": {"post": {"responses": _ANSWER, **row["operation"][at]}}}, **schemes}


def _request(schema: Any) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"paths": {"/a": {"post": {"requestBody": body, "responses": _ANSWER}}}}


def _answer(schema: Any) -> dict[str, Any]:
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}
    return {"paths": {"/a": {"get": {"responses": answer}}}}


def _shared(row: dict[str, Any], at: int) -> dict[str, Any]:
    return {"components": {"schemas": row["shared"][at]}} if "shared" in row else {}
