"""Reading data files as what their suffix says: JSON, YAML, TOML, tables with tabs, notebooks."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

import yaml

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_data(path: str) -> bool:
    """Whether files of this name are data that can be read here."""
    return _parser(path) is not None


def data_error(path: str, data: bytes) -> str:
    """What keeps the file at `path` from being read as what its suffix says; empty when nothing does."""
    parser = _parser(path)
    if parser is None:
        return ""
    try:
        parser(data.decode("utf-8-sig"))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        return " ".join(str(error).split())[:200] or type(error).__name__
    return ""


def parsed(path: str, data: bytes) -> Any:
    """The document in a JSON, YAML or TOML file; None for other files, several documents, or one that is not plain.

    Tags of YAML that make objects are never followed.
    """
    suffix = PurePosixPath(path).suffix.lower()
    try:
        text = data.decode("utf-8-sig")
        if suffix == ".json":
            return json.loads(text)
        if suffix == ".toml":
            return tomllib.loads(text)
        return yaml.load(text, Loader=_SAFE) if suffix in {".yaml", ".yml"} else None  # noqa: S506 - it is a safe one
    except (ValueError, yaml.YAMLError, RecursionError):
        return None


def _parser(path: str) -> Callable[[str], object] | None:
    return _PARSERS.get(PurePosixPath(path).suffix.lower())


def _yaml(text: str) -> None:
    # Only the structure is read: tags such as `!Ref` are legal YAML that no loader of ours would know.
    for _ in yaml.parse(text, Loader=_SAFE):
        continue


def _tsv(text: str) -> None:
    rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise ValueError(f"rows have {_numbers(widths)} fields")


def _notebook(text: str) -> None:
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("cells", document.get("worksheets")), list):
        raise ValueError("a notebook has a list of cells")  # noqa: TRY004 - the file's value is wrong, not our type


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(str(value) for value in sorted(values))


_PARSERS: dict[str, Callable[[str], object]] = {
    ".json": json.loads,
    ".ipynb": _notebook,
    ".toml": tomllib.loads,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".tsv": _tsv,
}
