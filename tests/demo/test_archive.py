"""The archive that the demo unpacks comes from outside: nothing in it may reach beyond its own folder."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from corpus.extract import extract
from laneshift.errors import LaneshiftError


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """An entry of an archive; files hold four bytes."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = 4 if kind == tarfile.REGTYPE else 0
    return info


def archive(path: Path, *members: tarfile.TarInfo) -> Path:
    """An archive with these entries."""
    with tarfile.open(path, "w:gz") as file:
        for info in members:
            file.addfile(info, io.BytesIO(b"data") if info.isreg() else None)
    return path


@pytest.mark.parametrize(
    "bad",
    [
        member("pkg/../../outside.txt"),
        member("../outside.txt"),
        member("/outside.txt"),
        member("pkg/link", tarfile.SYMTYPE, "../../outside.txt"),
        member("pkg/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("pkg/hard", tarfile.LNKTYPE, "../outside.txt"),
        member("pkg/pipe", tarfile.FIFOTYPE),
        member("pkg/device", tarfile.CHRTYPE),
    ],
    ids=["inner-dots", "dots", "absolute", "symlink-out", "symlink-absolute", "hardlink-out", "pipe", "device"],
)
def test_what_reaches_outside_is_refused_and_nothing_is_written_there(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    inside = tmp_path / "one" / "two"
    inside.mkdir(parents=True)
    made = archive(tmp_path / "bad.tar.gz", member("pkg/good.txt"), bad)
    with pytest.raises(LaneshiftError) as caught:
        extract(made, inside)
    assert caught.value.code.startswith("corpus.")
    assert not list(tmp_path.rglob("outside.txt"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tar.gz", "one"]


def test_a_link_to_the_outside_cannot_be_written_through(tmp_path: Path) -> None:
    through = [member("pkg/door", tarfile.SYMTYPE, "../.."), member("pkg/door/outside.txt")]
    with pytest.raises(LaneshiftError):
        extract(archive(tmp_path / "bad.tar.gz", *through), tmp_path / "one" / "two")
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_plain_archive_is_unpacked(tmp_path: Path) -> None:
    made = archive(tmp_path / "good.tar.gz", member("pkg/a.txt"), member("pkg/sub/b.txt"))
    folder = extract(made, tmp_path / "to")
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.txt")) == ["a.txt", "sub/b.txt"]
