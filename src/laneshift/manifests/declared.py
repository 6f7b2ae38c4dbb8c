"""Which distributions a project says it needs, and in which versions: read from its own files, nothing is run.

Looked at are `pyproject.toml` (standard tables, dependency groups, Poetry), `setup.cfg`, `requirements*.txt` and what
lies in `requirements/`. A file that cannot be read declares nothing.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from laneshift.manifests.outside import canonical

_TXT = re.compile(r"(?:.*/)?(?:requirements[^/]*|requirements/[^/]+)\.txt\Z")
_LARGEST = 1024 * 1024


def is_declaring(path: str) -> bool:
    """Whether a file of this path may say what a project needs."""
    return path.rpartition("/")[2] in ("pyproject.toml", "setup.cfg") or _TXT.match(path) is not None


def home_of(path: str) -> str:
    """The folder whose project a declaring file is about; "" is the root."""
    folder = path.rpartition("/")[0]
    return folder.rpartition("/")[0] if folder.rpartition("/")[2] == "requirements" else folder


def declared(paths: Iterable[str], read: Callable[[str], bytes]) -> dict[str, dict[str, str]]:
    """Folder of a project to canonical name to version specifier ("" for any version). The first file that names a
    distribution wins: `pyproject.toml`, then `setup.cfg`, then the requirement files in the order of their names."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((path for path in paths if is_declaring(path)), key=_turn):
        own = found.setdefault(home_of(path), {})
        for name, specifier in _of_file(path, read(path)):
            own.setdefault(canonical(name), specifier)
    return found


def for_folder(folder: str, found: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What holds for code in `folder`: its own project's word first, then that of the folders above it."""
    result: dict[str, str] = {}
    while True:
        for name, specifier in found.get(folder, {}).items():
            result.setdefault(name, specifier)
        if not folder:
            return result
        folder = folder.rpartition("/")[0]


def _turn(path: str) -> tuple[int, str]:
    name = path.rpartition("/")[2]
    return (0 if name == "pyproject.toml" else 1 if name == "setup.cfg" else 2), path


def _of_file(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    if len(data) > _LARGEST:
        return
    text = data.decode("utf-8", "replace")
    if path.endswith("pyproject.toml"):
        yield from _of_pyproject(text)
    elif path.endswith("setup.cfg"):
        yield from _of_setup_cfg(text)
    else:
        yield from _parsed(_lines(text))


def _of_pyproject(text: str) -> Iterator[tuple[str, str]]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    project = _table(document, "project")
    yield from _parsed(_strings(project.get("dependencies")))
    for group in (_table(project, "optional-dependencies"), _table(document, "dependency-groups")):
        for texts in group.values():
            yield from _parsed(_strings(texts))
    poetry = _table(_table(document, "tool"), "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values() if isinstance(group, dict)]
    for table in tables:
        yield from ((name, _poetry(value)) for name, value in table.items() if name.lower() != "python")


def _poetry(value: Any) -> str:
    told = value.get("version", "") if isinstance(value, dict) else value
    return "" if not isinstance(told, str) or told.strip() == "*" or not told.isprintable() else told.strip()


def _of_setup_cfg(text: str) -> Iterator[tuple[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    yield from _parsed(_lines(parser.get("options", "install_requires", fallback="")))
    if parser.has_section("options.extras_require"):
        for _, value in parser.items("options.extras_require"):
            yield from _parsed(_lines(value))


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        plain = re.split(r"\s#|\A#|\s--", line.strip(), maxsplit=1)[0].strip()
        if plain and not plain.startswith("-"):
            yield plain


def _parsed(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        try:
            found = Requirement(line)
        except (InvalidRequirement, RecursionError):
            continue
        yield found.name, str(found.specifier)


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _table(value: Any, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
