"""Cuts what the server of these tests needs out of GitHub's published description, and writes `description.json`.

    npm pack @octokit/openapi@23.0.2
    tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
    python -m tests.forge.github.cut package/generated/api.github.com.json

Kept are the operations of `KEPT` with all that their schemas refer to, without prose, examples and headers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).with_name("description.json")
SOURCE = "npm @octokit/openapi 23.0.2, generated/api.github.com.json, MIT licence"
_REPO = "/repos/{owner}/{repo}"
KEPT = {
    f"{_REPO}/pulls": ("get", "post"),
    f"{_REPO}/pulls/{{pull_number}}": ("get", "patch"),
    f"{_REPO}/issues": ("get", "post"),
    f"{_REPO}/issues/{{issue_number}}": ("patch",),
    f"{_REPO}/issues/{{issue_number}}/comments": ("get", "post"),
    f"{_REPO}/issues/comments/{{comment_id}}": ("patch",),
    f"{_REPO}/issues/{{issue_number}}/labels": ("get", "post"),
    f"{_REPO}/statuses/{{sha}}": ("post",),
    f"{_REPO}/commits/{{ref}}/status": ("get",),
}
_PROSE = {"description", "summary", "example", "examples", "externalDocs", "headers", "tags", "default", "title"}


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """The part of the description that is kept, as a description of its own."""
    paths = {path: {each: _operation(whole["paths"][path][each]) for each in kept} for path, kept in KEPT.items()}
    components: dict[str, dict[str, Any]] = {}
    todo = sorted(_references(paths))
    while todo:
        _, _, kind, name = todo.pop().split("/")
        if name not in components.setdefault(kind, {}):
            found = _plain(whole["components"][kind][name])
            components[kind][name] = found
            todo += sorted(_references(found))
    info = {"title": "GitHub's REST API, in part", "version": whole["info"]["version"]}
    return {"x-source": SOURCE, "openapi": whole["openapi"], "info": info, "paths": paths, "components": components}


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept = ("operationId", "parameters", "requestBody", "responses")
    return {name: _plain(operation[name]) for name in kept if name in operation}


def _plain(node: Any, named: bool = False) -> Any:
    """Without prose; `named` where the keys are names of properties, of which any may be called as prose is."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: each for key, each in node.items() if named or not (key in _PROSE or key.startswith("x-"))}
    if isinstance(node.get("required"), list) and "properties" in kept:
        kept["properties"] = {key: each for key, each in kept["properties"].items() if _wanted(key, node)}
    return {key: _plain(each, named=key == "properties" and not named) for key, each in kept.items()}


def _wanted(name: str, schema: dict[str, Any]) -> bool:
    """Requests keep every property; of large answers only what is always there does."""
    return name in schema["required"] or len(schema["properties"]) < 12


def _references(node: Any) -> set[str]:
    if isinstance(node, list):
        return {found for each in node for found in _references(each)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own | {found for each in node.values() for found in _references(each)}


if __name__ == "__main__":
    told = cut(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    WRITTEN.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
