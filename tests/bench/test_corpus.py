"""Fetched archives are trusted for nothing but their digest, and unpacked nowhere but in their folder."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.extract import extract
from corpus.fetch import digest, fetch
from corpus.grown import grown
from corpus.narrowed import python_only
from corpus.project import project
from corpus.sdist import ALL, NETWORKX, Sdist
from laneshift.errors import Refused
from tests.repo.builders import git_cli


def member(
    name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, link
    return info, data


def archive(path: Path, members: Sequence[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as opened:
        for info, data in members:
            opened.addfile(info, io.BytesIO(data))
    return path


def cached(cache: Path, project_name: str, files: dict[str, bytes]) -> Sdist:
    """An sdist that lies in the cache already, so that no index is asked."""
    folder = cache / "sdists"
    folder.mkdir(parents=True, exist_ok=True)
    made = archive(
        folder / f"{project_name}.tar.gz", [member(f"{project_name}/{path}", data) for path, data in files.items()]
    )
    return Sdist(project_name, "1", digest(made), made.name, "pkg")


def test_a_sound_archive_is_unpacked(tmp_path: Path) -> None:
    made = archive(
        tmp_path / "a.tar.gz", [member("p-1/a.py", b"A = 1\n"), member("p-1/b.py", kind=tarfile.SYMTYPE, link="a.py")]
    )
    folder = extract(made, tmp_path / "out")
    assert (folder / "b.py").read_text() == "A = 1\n"


@pytest.mark.parametrize(
    "bad",
    [
        member("p-1/../../evil", b"x"),
        member("/p-1/evil", b"x"),
        member("p-1/link", kind=tarfile.SYMTYPE, link="../../evil"),
        member("p-1/link", kind=tarfile.SYMTYPE, link="/etc/passwd"),
        member("p-1/hard", kind=tarfile.LNKTYPE, link="../evil"),
        member("p-1/device", kind=tarfile.CHRTYPE),
        member("other/file", b"x"),
        member("p-1/sub/link", kind=tarfile.SYMTYPE, link="../../../evil"),
        member("p-1/a.py", b"again"),
    ],
    ids=[
        *("parent", "absolute", "link-out", "link-absolute", "hard-link-out", "device", "second-folder"),
        *("deep-link-out", "twice"),
    ],
)
def test_what_reaches_outside_is_refused(tmp_path: Path, bad: tuple[tarfile.TarInfo, bytes]) -> None:
    made = archive(tmp_path / "a.tar.gz", [member("p-1/a.py"), bad])
    with pytest.raises(Refused) as caught:
        extract(made, tmp_path / "in" / "out")
    assert caught.value.code in ("corpus.unsafe", "corpus.not-an-sdist")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("link_first", [True, False])
def test_nothing_is_written_through_a_link(tmp_path: Path, link_first: bool) -> None:
    link, below = member("p-1/sub", kind=tarfile.SYMTYPE, link="."), member("p-1/sub/a.py", b"x")
    made = archive(tmp_path / "a.tar.gz", [link, below] if link_first else [below, link])
    with pytest.raises(Refused) as caught:
        extract(made, tmp_path / "out")
    assert caught.value.code == "corpus.unsafe"
    assert not (tmp_path / "out").exists()


def test_an_archive_keeps_links_and_what_may_be_executed(tmp_path: Path) -> None:
    script, script_data = member("p-1/bin/run", b"#!/bin/sh\n")
    script.mode = 0o4777
    hard = member("p-1/same", kind=tarfile.LNKTYPE, link="p-1/bin/run")
    made = archive(tmp_path / "a.tar.gz", [(script, script_data), hard, member("p-1/plain", b"")])
    folder = extract(made, tmp_path / "out")
    assert (folder / "same").read_bytes() == script_data
    assert [(folder / name).stat().st_mode & 0o7777 for name in ("bin/run", "plain")] == [0o755, 0o644]


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    made = archive(tmp_path / "a.tar.gz", [member("p-1/a.py", bytes(range(256)) * 400)])
    made.write_bytes(made.read_bytes()[:-200])
    with pytest.raises(Refused) as caught:
        extract(made, tmp_path / "out")
    assert caught.value.code == "corpus.not-an-sdist"


def test_a_cached_archive_with_the_pinned_digest_is_used(tmp_path: Path) -> None:
    sdist = cached(tmp_path, "p", {"pkg/a.py": b""})
    assert fetch(sdist, tmp_path) == tmp_path / "sdists" / "p.tar.gz"


def test_a_cached_archive_with_another_digest_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sdist = cached(tmp_path, "p", {"pkg/a.py": b""})
    (tmp_path / "sdists" / "p.tar.gz").write_bytes(b"something else")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(Refused) as caught:
        fetch(sdist, tmp_path)
    assert caught.value.code == "corpus.unavailable"
    assert not (tmp_path / "sdists" / "p.tar.gz").exists()


def test_a_project_is_one_commit_and_made_once(tmp_path: Path) -> None:
    sdist = cached(tmp_path, "p", {"pkg/a.py": b"A = 1\n", ".gitignore": b"*.py\n"})
    made = project(sdist, tmp_path)
    assert git_cli(made, "ls-files").split() == [".gitignore", "pkg/a.py"]
    assert git_cli(made, "rev-list", "--count", "HEAD") == "1"
    (tmp_path / "sdists" / "p.tar.gz").unlink()
    assert project(sdist, tmp_path) == made


def test_a_grown_repository_has_the_size_and_no_file_twice(tmp_path: Path) -> None:
    core = cached(tmp_path, "core", {"pkg/a.py": b"A = 1\n"})
    other = cached(tmp_path, "other", {"x.py": b"X = 1\n", "y.py": b"Y = 1\n"})
    made = grown(6, core, (other,), tmp_path)
    files = git_cli(made, "ls-files", "--stage", "*.py").splitlines()
    assert len(files) == len({line.split()[1] for line in files}) == 6


def test_every_pin_is_complete() -> None:
    assert len(ALL) == len({sdist.project for sdist in ALL}) == 6
    assert all(len(sdist.sha256) == 64 and sdist.version in sdist.file for sdist in ALL)
    assert replace(NETWORKX) in ALL


def test_a_narrowed_repository_has_the_python_files_and_no_other(tmp_path: Path) -> None:
    files = {"a.py": b"A = 1\n", "pkg/b.py": b"B = 1\r\n", "pkg/c.json": b"{}", "README.md": b"a.py\n"}
    repository = python_only(cached(tmp_path, "mixed", files), tmp_path)
    assert git_cli(repository, "ls-tree", "-r", "--name-only", "HEAD").split() == ["a.py", "pkg/b.py"]
    assert (repository / "pkg/b.py").read_bytes() == b"B = 1\r\n"
    assert git_cli(repository, "status", "--porcelain") == ""
    assert python_only(cached(tmp_path, "mixed", files), tmp_path) == repository
