"""Unpacking an archive that nobody trusts."""

from __future__ import annotations

import tarfile
from pathlib import Path

from laneshift.errors import Refused


def extract(archive: Path, to: Path) -> Path:
    """Unpack the one folder that an sdist holds into `to`, and give its path.

    Absolute paths, paths with `..`, links that lead outwards and devices are refused (`corpus.unsafe`), as is an
    archive that cannot be read or holds anything but one folder (`corpus.not-an-sdist`).
    """
    if not hasattr(tarfile, "data_filter"):
        raise Refused("corpus.old-python", "this Python cannot unpack archives safely", cure="use 3.11.4 or later")
    try:
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
            tops = {member.name.removeprefix("./").partition("/")[0] for member in members}
            if len(tops - {""}) != 1:
                raise Refused("corpus.not-an-sdist", f"{len(tops)} folders instead of one", where=str(archive))
            _refuse_escapes(members, archive)
            opened.extractall(to, members=members, filter="data")
    except tarfile.FilterError as error:
        raise Refused("corpus.unsafe", "the archive reaches outside its folder", where=str(error)) from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused(
            "corpus.not-an-sdist", "the archive cannot be unpacked", where=str(archive), why=str(error)
        ) from error
    return to / next(iter(tops - {""}))


def _refuse_escapes(members: list[tarfile.TarInfo], archive: Path) -> None:
    """The filter strips a leading slash where it can; an archive that has one is not an sdist, so refuse it."""
    for member in members:
        parts = member.name.split("/")
        if member.name.startswith("/") or ".." in parts:
            raise Refused("corpus.unsafe", f"{member.name!r} is not inside the archive's folder", where=str(archive))
