"""A tree as an archive that is the same bytes on every machine and at every time: its digest names the content.

POSIX ustar with pax records where a name or a link does not fit; entries in the order of their paths as bytes; owner 0,
no names of owners, time 0, and modes as git has them. Not compressed: what a compressor makes depends on its version.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
from hashlib import file_digest
from typing import IO

from laneshift.errors import Refused
from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK
from laneshift.repo.objects import Entry, Tree

_MODES = {MODE_FILE: 0o644, MODE_EXECUTABLE: 0o755}


def archive_digest(tree: Tree, folder: str = "") -> str:
    """The SHA-256, in hex, of the uncompressed archive of `folder`. Raises as `write_archive` does."""
    with tempfile.TemporaryFile() as file:
        write_archive(tree, file, folder)
        file.seek(0)
        return file_digest(file, "sha256").hexdigest()


def write_archive(tree: Tree, file: IO[bytes], folder: str = "") -> None:
    """Write the files below `folder` (all, when it is empty) as a tar, under their paths in the tree.

    Raises `Refused` (`archive.empty`) when there are none, and (`archive.submodule`) for a commit inside a tree, whose
    content is not here.
    """
    prefix = f"{folder}/" if folder else ""
    entries = {path: entry for path, entry in tree.entries.items() if path.startswith(prefix)}
    if not entries:
        raise Refused("archive.empty", "there is nothing to put into an archive", where=folder or "the tree")
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(entries, key=lambda name: name.encode("utf-8", "surrogateescape")):
            info, data = _member(tree, path, entries[path])
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)


def _member(tree: Tree, path: str, entry: Entry) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(path)
    if entry.mode == MODE_SYMLINK:
        info.type = tarfile.SYMTYPE
        info.mode = 0o777
        info.linkname = tree.repository.blob(entry.oid).decode("utf-8", "surrogateescape")
        return info, b""
    if entry.mode not in _MODES:
        raise Refused("archive.submodule", "a submodule has no content here", where=path)
    data = tree.repository.blob(entry.oid)
    info.mode, info.size = _MODES[entry.mode], len(data)
    return info, data
