"""Whether the OpenAPI documents of a tree are what they say they are. Nothing outside of the tree is read."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from laneshift.errors import CheckFailed, Refused
from laneshift.gates.data_files import data_error, is_data, parsed
from laneshift.gates.known import Known, Unjudged
from laneshift.gates.openapi import openapi_fault
from laneshift.gates.schemas import MISSING, OPENAPI, governing
from laneshift.repo.objects import Tree
from laneshift.reports.health.model import Figure, Section, count, judged, rate
from laneshift.reports.openapi.comparing import Compared
from laneshift.reports.openapi.model import Verdict

_LARGEST = 32 << 20
_WORDS = (b"openapi", b"swagger")
_NAMED = re.compile(r"(?:^|/)(?:openapi|swagger)[^/]*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents that were looked at, and what is wrong with each that is not valid or could not be judged."""

    paths: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]


def candidates(tree: Tree) -> Iterator[str]:
    """Every data file that may be a document: those that say so in their text, and those that are called so."""
    said: dict[str, bool] = {}
    for path, entry in tree.below(""):
        if not entry.is_regular or not is_data(path):
            continue
        if entry.oid not in said:
            small = tree.repository.blob_size(entry.oid) <= _LARGEST
            data = tree.repository.blob(entry.oid) if small else b""
            said[entry.oid] = any(word in data for word in _WORDS)
        if said[entry.oid] or _NAMED.search(path):
            yield path


def look(tree: Tree, candidates: Iterable[str], served: tuple[str, str] | None = None) -> Documents:
    """Validate every OpenAPI document among `candidates`, which are paths of the tree. `served` is one that the
    application gave, by its name, and what is wrong with it, empty for nothing.

    A file that is called after OpenAPI and cannot be read is a document with a fault. Raises `CheckFailed`
    (`health.no-openapi`) where there is none, `Refused` (`health.no-validator`) without what validates them.
    """
    plain = [path for path in candidates if is_data(path) and (entry := tree.entry(path)) and entry.is_regular]
    unread = {path: why for path in plain if _NAMED.search(path) and (why := _unread(tree, path))}
    found = {path: data for path in plain if path not in unread and (data := _document(tree, path)) is not None}
    if not found and not unread and served is None:
        raise CheckFailed(
            "health.no-openapi",
            "there is no OpenAPI document in this tree",
            cure="commit one, or name `openapi` in health.without",
        )
    if found and importlib.util.find_spec("openapi_spec_validator") is None:
        raise Refused("health.no-validator", "OpenAPI documents cannot be validated here", cure=MISSING)
    faults = [(path, f"cannot be read: {why}") for path, why in unread.items()]
    faults += [(path, fault) for path, data in found.items() if (fault := _fault(tree, path, data))]
    names = [*unread, *found]
    if served is not None:
        names.append(served[0])
        faults += [served] if served[1] else []
    return Documents(tuple(names), tuple(faults))


def section(found: Documents, compared: Compared | None = None) -> Section:
    """The section of the report. `compared` is what changed since the committed baseline, None where nothing was
    compared, which has no figures rather than zeros."""
    total, bad = len(found.paths), len({path for path, _ in found.faults})
    figures = [
        rate("valid", "documents that are valid", total - bad, total),
        count("invalid", "documents that are not", bad, 0),
    ]
    notes = [f"{path}: {fault}" for path, fault in found.faults]
    if compared is not None:
        figures += _changes(compared)
        notes += [f"{each.where}: {each.text}" for each in compared.findings if each.verdict is not Verdict.SAFE]
    rows = [("valid", total - bad), ("not valid", bad), *((each.words, each.value) for each in figures[2:])]
    return judged("openapi", figures, notes, rows)


def _changes(compared: Compared) -> Iterator[Figure]:
    """What breaks and what nobody can tell: held to nothing where the version announces a break."""
    announced: Literal["any"] | None = "any" if compared.allowed else None
    breaking, unsure = (len(compared.of(each)) for each in (Verdict.BREAKING, Verdict.UNSURE))
    yield count("breaking", "breaking changes since the baseline", breaking, announced or 0)
    yield count(
        "unsure", "changes of which nobody can tell", unsure, announced or ("any" if compared.unsure_passes else 0)
    )
    yield count("operations", "operations", compared.operations[1], better="either")


def _document(tree: Tree, path: str) -> bytes | None:
    entry = tree.entry(path)
    if entry is None or tree.repository.blob_size(entry.oid) > _LARGEST:
        return None
    data = tree.read(path)
    return data if any(word in data for word in _WORDS) and governing(path, data, {}) == OPENAPI else None


def _unread(tree: Tree, path: str) -> str:
    entry = tree.entry(path)
    if entry is not None and tree.repository.blob_size(entry.oid) > _LARGEST:
        return f"it has more than {_LARGEST} bytes"
    data = tree.read(path)
    return data_error(path, data) if data.strip() else "it is empty"


def _fault(tree: Tree, path: str, data: bytes) -> str:
    try:
        return openapi_fault(Known(path, parsed(path, data), OPENAPI, data), tree)
    except Unjudged as error:
        return f"cannot be judged: {error}"
