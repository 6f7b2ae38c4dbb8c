"""Advisories from a folder of OSV files. Nothing is fetched."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from laneshift.errors import Fault, Refused
from laneshift.reports.sbom.model import Component, Looked
from laneshift.reports.sbom.osv import Advisory, advisory_of, findings

_LARGEST = 4 << 20
_SHOWN = 50


def look(folder: Path, components: tuple[Component, ...]) -> Looked:
    """Hold components against every `*.json` below `folder`. Links are not followed.

    Raises `Refused`: `sbom.no-advisories` where there is none, `sbom.bad-advisory` for every file that is not OSV.
    """
    advisories: list[Advisory] = []
    faults: list[Fault] = []
    seen = sha256()
    paths = _paths(folder)
    for path in paths:
        try:
            data = _bytes(path)
            found = advisory_of(data)
        except (ValueError, OSError) as error:
            faults.append(Fault("sbom.bad-advisory", str(path), str(error)))
            continue
        seen.update(f"{path.relative_to(folder).as_posix()}\0{sha256(data).hexdigest()}\n".encode("utf-8", "replace"))
        if found is not None:
            advisories.append(found)
    if faults:
        what = f"{len(faults)} of {len(paths)} files are not advisories of OSV, so nothing can be said to be clean"
        raise Refused("sbom.bad-advisory", what, cure="give a folder of OSV files alone", faults=faults[:_SHOWN])
    if not advisories:
        cure = "give a folder with OSV's JSON files, as its export of PyPI has them"
        raise Refused("sbom.no-advisories", "there is no advisory in this folder", where=str(folder), cure=cure)
    return Looked(len(advisories), f"sha256:{seen.hexdigest()}", findings(components, advisories))


def _paths(folder: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(place, name) for name in names if name.endswith(".json")]
    return sorted(path for path in found if not path.is_symlink())


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f"more than {_LARGEST} bytes")
    return data
