"""The page of the API over HTTP, from the server's own OpenAPI document."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pygit2

from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.server.app import assemble
from laneshift.server.options import Options
from laneshift.server.parts import parts_for
from laneshift.wiring import workshop

_HEAD = """\
# REST

Made from the OpenAPI document of this version, which every server gives at `/api/v1/openapi.json`. How to start a
server, who may ask, and what holds for every route is told in [the server](../server.md); OpenAI's API below `/v1` in
[models](../models.md). What can go wrong is alike everywhere: 400 and 422 the request, 401 and 403 who asks, 404, 405,
408, 409, 413, 415 and 421 as HTTP has them, 429 too often, 503 not now. Each such answer carries a code that is listed
in [errors](../errors.md).
"""


def document() -> dict[str, Any]:
    """The OpenAPI document of a server that is never started, for a repository with nothing in it."""
    with tempfile.TemporaryDirectory() as folder:
        repository = pygit2.init_repository(folder, initial_head="main")
        who = pygit2.Signature("docs", "docs@example.org", 0, 0)
        tree = repository.TreeBuilder().write()
        repository.create_commit("HEAD", who, who, "chore: begin", tree, [])
        return assemble(parts_for(workshop(Repository.open(Path(folder)), silent), Options(port=0))).app.openapi()


def page(described: Mapping[str, Any] | None = None) -> str:
    """Every operation by its subject, as Markdown."""
    found = described or document()
    subjects: dict[str, list[str]] = {}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            subject = str((operation.get("tags") or ["other"])[0])
            told = "\n".join(_operation(method.upper(), path, operation, found))
            subjects.setdefault(subject, []).append(told)
    return "\n".join((_HEAD, *(f"## {subject}\n\n" + "\n".join(told) for subject, told in subjects.items())))


def _operation(method: str, path: str, operation: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    yield f"### `{method} {path}`\n"
    yield f"{_words(operation.get('description') or operation.get('summary', ''))}\n"
    rows = [_parameter(each) for each in operation.get("parameters", ())]
    rows += list(_body(operation.get("requestBody", {}), found))
    if rows:
        yield "\n".join(("| name | in | meaning |", "| --- | --- | --- |", *rows, ""))
    answers = " or ".join(code for code in operation.get("responses", {}) if code < "400")
    yield f"Answers with {answers}, or an error.\n"


def _parameter(each: Mapping[str, Any]) -> str:
    needed = ", required" if each.get("required") else ""
    return f"| `{each['name']}` | {each['in']}{needed} | {_words(each.get('description', ''))} |"


def _body(body: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for media, each in body.get("content", {}).items():
        schema = _resolved(each.get("schema", {}), found)
        needed = set(schema.get("required", ()))
        for name, inner in schema.get("properties", {}).items():
            plain = _resolved(inner, found)
            more = ", required" if name in needed else ""
            yield f"| `{name}` | body{more} | {_words(inner.get('description') or plain.get('title', ''))} |"
        if not schema.get("properties"):
            yield f"| | body | `{media}` |"


def _resolved(schema: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    inner: Mapping[str, Any] = found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return inner


def _words(text: str) -> str:
    plain = " ".join(text.split())
    return plain.replace("<", "\\<").replace(">", "\\>").replace("|", "\\|")
