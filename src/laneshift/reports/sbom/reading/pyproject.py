"""`pyproject.toml`: the standard tables, dependency groups, and Poetry's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from laneshift.reports.sbom.licences import licence_of
from laneshift.reports.sbom.model import Licence
from laneshift.reports.sbom.reading.need import (
    Contents,
    Need,
    Unreadable,
    need,
    need_of,
    origin_of,
    pin,
    printable,
    table,
    text,
)


def read(document: Mapping[str, Any]) -> Contents:
    """What a project says it needs, to run, to be built and to be worked on.

    Raises `Unreadable` for what is not as the standards or Poetry say.
    """
    project = table(document, "project")
    optional, groups = table(project, "optional-dependencies"), table(document, "dependency-groups")
    lists = [
        ("build-system.requires", table(document, "build-system").get("requires", [])),
        ("project.dependencies", project.get("dependencies", [])),
        *((f"extra {name}", optional[name]) for name in sorted(optional)),
        *((f"group {name}", _plain(groups[name])) for name in sorted(groups)),
    ]
    found = [_said(need_of(each), where) for where, listed in lists for each in _texts(listed, where)]
    found += list(_poetry(table(table(document, "tool"), "poetry")))
    needs = tuple(each for each in found if each is not None)
    return Contents(needs, len(found) - len(needs), notes=_dynamic(project))


def about(document: Mapping[str, Any]) -> tuple[str, str, Licence]:
    """Name, version and licence of the project, each empty where the file does not say. Raises `Unreadable`."""
    project, older = table(document, "project"), table(table(document, "tool"), "poetry")
    said = project.get("license", older.get("license", ""))
    words = said.get("text", "") if isinstance(said, dict) else said
    name = text(project, "name") or text(older, "name")
    version = text(project, "version") or text(older, "version")
    return printable(name), printable(version), licence_of("", words if isinstance(words, str) else "", ())


def _dynamic(project: Mapping[str, Any]) -> tuple[str, ...]:
    listed = project.get("dynamic", [])
    left = [each for each in ("dependencies", "optional-dependencies") if each in _texts(listed, "project.dynamic")]
    return tuple(f"{each} are dynamic: the build makes them, and no build was run" for each in left)


def _plain(group: Any) -> Any:
    """A group without what it includes: that is listed under its own name."""
    if not isinstance(group, list):
        return group
    return [each for each in group if not (isinstance(each, dict) and each.keys() == {"include-group"})]


def _texts(listed: Any, where: str) -> Iterable[str]:
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise Unreadable(f"{where} is not a list of requirements")
    return listed


def _said(found: Need | None, where: str) -> Need | None:
    return found and replace(found, said=f"{where} {found.said}".strip())


def _poetry(poetry: Mapping[str, Any]) -> Iterator[Need | None]:
    groups = table(poetry, "group")
    tables = [("dependencies", table(poetry, "dependencies")), ("dev", table(poetry, "dev-dependencies"))]
    tables += [(f"group {name}", table(table(groups, name), "dependencies")) for name in sorted(groups)]
    for where, listed in tables:
        for name in sorted(listed):
            if name.lower() != "python":
                for each in listed[name] if isinstance(listed[name], list) else [listed[name]]:
                    yield _poetry_need(name, each, where)


def _poetry_need(name: str, said: Any, where: str) -> Need | None:
    if isinstance(said, dict):
        if "path" in said:
            return None
        url = text(said, "git") or text(said, "url")
        if url:
            return need(name, origin=origin_of(url), said=f"poetry {where}")
        said = text(said, "version")
    if not isinstance(said, str):
        raise Unreadable(f"{name[:80]!r} is not a requirement of Poetry")
    # A caret or tilde of Poetry is no specifier of PEP 440, so it is told and not judged.
    return need(name, pin(said), said=printable(f"poetry {where} {said}".strip()))
