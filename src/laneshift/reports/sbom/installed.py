"""What is installed beside this program, as its package metadata says. The one file here that looks at the machine."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib import metadata

from packaging.utils import canonicalize_name


@dataclass(frozen=True, slots=True)
class Installed:
    """One distribution; `requires` are requirements (PEP 508) as it states them, `extras` names under which there are
    more."""

    name: str
    version: str
    requires: tuple[str, ...]
    extras: tuple[str, ...] = ()
    licence_expression: str = ""
    licence_text: str = ""
    classifiers: tuple[str, ...] = ()


def installed() -> dict[str, Installed]:
    """Every distribution that this interpreter finds, under its normalised name; the first one found counts, as it
    does for imports."""
    found: dict[str, Installed] = {}
    for each in metadata.distributions():
        name = _one(each.metadata, "Name")
        if name and canonicalize_name(name) not in found:
            found[canonicalize_name(name)] = Installed(
                name,
                each.version,
                tuple(each.requires or ()),
                tuple(each.metadata.get_all("Provides-Extra") or ()),
                _one(each.metadata, "License-Expression"),
                _one(each.metadata, "License"),
                tuple(each.metadata.get_all("Classifier") or ()),
            )
    return found


def interpreter() -> tuple[tuple[str, str], ...]:
    """What markers were judged by."""
    return (("python", platform.python_version()), ("platform", f"{sys.platform} {platform.machine()}"))


def _one(said: metadata.PackageMetadata, name: str) -> str:
    return next(iter(said.get_all(name) or ()), "")
