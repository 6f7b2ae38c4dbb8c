"""Signals of files, remembered by blob id: a file that did not change is not parsed again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import Lock

from laneshift.errors import CheckFailed
from laneshift.evidence.atomic import write_whole
from laneshift.manifests import signals as _signals
from laneshift.manifests.signals import Signals, signals_of
from laneshift.repo.objects import Repository, Tree

_NONE = Signals()
_ODD = Signals(loggers=("__name__",))


class KeptSignals:
    """The signals of the files of one repository. A cache: it may be deleted at any time.

    Most files have no signals, or a logger called like themselves, so those are kept as one character.
    """

    def __init__(self, repository: Repository) -> None:
        self._file = repository.state_dir / "manifests" / f"signals-{_version()}.json"
        self._lock = Lock()
        self._known = _read(self._file)
        self._new = False

    def of(self, tree: Tree, path: str) -> Signals:
        """The signals of a regular file of a tree."""
        oid = tree.entries[path].oid
        found = self._known.get(oid)
        if found is None:
            found = signals_of(tree.read(path))
            with self._lock:
                self._known[oid] = found
                self._new = True
        return found

    def write(self) -> None:
        """Write down what was found; a disk that takes nothing costs only the next run its time."""
        with self._lock:
            if not self._new:
                return
            plain = {oid: _packed(found) for oid, found in self._known.items()}
            self._new = False
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(plain, separators=(",", ":")).encode())
        except (OSError, CheckFailed):
            self._new = True


def _packed(found: Signals) -> object:
    return 0 if found == _NONE else 1 if found == _ODD else found


def _read(file: Path) -> dict[str, Signals]:
    try:
        plain = json.loads(file.read_bytes())
        return {str(oid): _unpacked(found) for oid, found in plain.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _unpacked(found: object) -> Signals:
    if found == 0:
        return _NONE
    if found == 1:
        return _ODD
    if not isinstance(found, list) or len(found) != len(Signals._fields):
        raise ValueError("no signals")
    return Signals(*(tuple(map(str, names)) for names in found))


def _version() -> str:
    """Other rules find other signals: what they found is kept apart."""
    return hashlib.sha256(Path(_signals.__file__).read_bytes()).hexdigest()[:16]
