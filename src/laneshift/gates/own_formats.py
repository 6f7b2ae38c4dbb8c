"""Files of laneshift's own forms, recognised by their names: manifests, contracts, settings. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laneshift.config import FILE as SETTINGS
from laneshift.config import load
from laneshift.errors import LaneshiftError
from laneshift.lanes import manifest_text
from laneshift.lanes.contracts.options import read as read_contracts
from laneshift.manifests.checking import faults_of
from laneshift.manifests.contracts.paths import SUFFIX
from laneshift.manifests.fields import FILE as MANIFEST

_PROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, which files have it, by path and parsed document, and what is wrong with one."""

    name: str
    has: Callable[[str, Any], bool]
    fault: Callable[[str, bytes], str]


def may_be_own(path: str) -> bool:
    """Whether the name of a file is one of a form, so that it has to be read to know."""
    return _name(path) in (MANIFEST, manifest_text.FILE) or path.endswith(SUFFIX) or path in (SETTINGS, _PROJECT)


def form_of(path: str, document: Any) -> Form | None:
    """The form of a file; None for files of others."""
    return next((form for form in FORMS if form.has(path, document)), None)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _is_contract(path: str, document: Any) -> bool:
    # Others end their files so as well; ours have a name of their own inside.
    return path.endswith(SUFFIX) and isinstance(document, dict) and "contract_id" in document


def _configures(document: Any) -> bool:
    tool = document.get("tool") if isinstance(document, dict) else None
    return isinstance(tool, dict) and ("laneshift" in tool or "importlinter" in tool)


def _manifest(path: str, data: bytes) -> str:  # noqa: ARG001 - every form is asked alike
    return "; ".join(what for what, _ in faults_of(data))


def _contract(path: str, data: bytes) -> str:
    from laneshift.manifests.contracts.reading import read

    return "; ".join(fault.what for fault in read(data, path).faults)


def _lane_manifest(path: str, data: bytes) -> str:
    return "; ".join(fault.what for fault in manifest_text.read(data, path)[1])


def _settings(path: str, data: bytes) -> str:
    """What settings, and contracts of import-linter beside them, cannot be read for."""

    def get(wanted: str) -> bytes | None:
        return data if wanted == path else None

    try:
        load(get)
        read_contracts(get)
    except LaneshiftError as error:
        return "; ".join([error.what, *(fault.what for fault in error.faults)])
    return ""


FORMS = (
    Form("a module manifest", lambda path, _: _name(path) == MANIFEST, _manifest),
    Form("a contract", _is_contract, _contract),
    Form("a lane manifest", lambda path, _: _name(path) == manifest_text.FILE, _lane_manifest),
    Form("settings of laneshift", lambda path, _: path == SETTINGS, _settings),
    Form("settings", lambda path, document: path == _PROJECT and _configures(document), _settings),
)
