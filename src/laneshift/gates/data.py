"""Gate `data`: every changed JSON, YAML, TOML, TSV and notebook file parses, if it parsed before or is new."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

import yaml

from laneshift.gates.context import Change, Ports
from laneshift.gates.verdict import Exempt, Verdict, counted, exempt


class Data:
    """A file that was broken before may stay broken: only the change is judged."""

    id = "data"
    description = "changed JSON, YAML, TOML, TSV and notebook files parse"

    def check(self, change: Change, ports: Ports) -> Verdict:  # noqa: ARG002 - every gate has the same signature
        """Failed names each file with its parser's message."""
        files = {new: old for new, old in change.changed().items() if _parser(new) and _is_file(change, new)}
        if not files:
            return exempt(self.id, Exempt.NOTHING_OF_ITS_KIND)
        bad = []
        for new, old in files.items():
            error = data_error(new, change.after.read(new))
            if error and not (_was_file(change, old) and data_error(old, change.before.read(old))):
                bad.append(f"{new}: {error}")
        return counted(self.id, len(files), tuple(bad), "data files")


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


def _parser(path: str) -> Callable[[str], object] | None:
    return _PARSERS.get(PurePosixPath(path).suffix.lower())


def _is_file(change: Change, path: str) -> bool:
    entry = change.after.entry(path)
    return entry is not None and entry.is_regular


def _was_file(change: Change, path: str) -> bool:
    entry = change.before.entry(path)
    return entry is not None and entry.is_regular


def _yaml(text: str) -> None:
    # Only the structure is read: tags such as `!Ref` are legal YAML that no loader of ours would know.
    for _ in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
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
