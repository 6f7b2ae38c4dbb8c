"""Unpacking an archive that nobody trusts.

Written out member by member: the filter of the standard library came with Python 3.11.4, and 3.11 has earlier ones.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from posixpath import normpath

from laneshift.errors import Refused


def extract(archive: Path, to: Path) -> Path:
    """Unpack the one folder that an sdist holds into `to`, and give its path.

    Absolute paths, paths with `..`, links that lead outwards, what lies below a link, and devices are refused
    (`corpus.unsafe`) before anything is written, as is an archive that cannot be read or holds anything but one folder
    (`corpus.not-an-sdist`). Of the modes only the owner's right to execute is kept.
    """
    try:
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
            tops = {member.name.removeprefix("./").partition("/")[0] for member in members} - {"", "."}
            if len(tops) != 1:
                raise Refused("corpus.not-an-sdist", f"{len(tops)} folders instead of one", where=str(archive))
            _refuse_escapes(members, archive)
            for member in members:
                _write(opened, member, to / member.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused(
            "corpus.not-an-sdist", "the archive cannot be unpacked", where=str(archive), why=str(error)
        ) from error
    return to / tops.pop()


def _refuse_escapes(members: Sequence[tarfile.TarInfo], archive: Path) -> None:
    """Names alone decide: no link exists yet through which one could lead elsewhere."""
    links = {normpath(member.name) for member in members if member.issym()}
    for member in members:
        name = normpath(member.name)
        outside = _leads_out(member.name) or ".." in member.name.split("/")
        through = any(str(above) in links for above in PurePosixPath(name).parents)
        target = ""
        if member.issym():
            target = member.linkname if member.linkname.startswith("/") else f"{name}/../{member.linkname}"
        elif member.islnk():
            target = member.linkname
        known = member.isfile() or member.isdir() or member.issym() or member.islnk()
        if outside or through or _leads_out(target) or not known:
            raise Refused("corpus.unsafe", f"{member.name!r} is not inside the archive's folder", where=str(archive))


def _leads_out(path: str) -> bool:
    return path.startswith("/") or normpath(path).split("/")[0] == ".."


def _write(opened: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if member.issym():
        path.symlink_to(member.linkname)
        return
    data = opened.extractfile(member)
    if data is None:
        raise tarfile.ReadError(f"{member.name} has no content")
    with path.open("xb") as file:
        shutil.copyfileobj(data, file)
    path.chmod(0o755 if member.mode & 0o100 else 0o644)
