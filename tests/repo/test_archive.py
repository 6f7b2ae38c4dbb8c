"""Archives of a tree: the same bytes wherever and whenever they are made, and readable by tar."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.repo.archive import archive_digest, write_archive
from laneshift.repo.objects import Repository, Tree
from tests.repo.builders import commit_files, git_cli

_FILES: dict[str, str | bytes | None] = {
    "core/a.py": "A = 1\n",
    "core/" + "deep/" * 40 + "long.py": "LONG = 1\n",
    "core/ä ö.txt": b"\xff\x00",
    "core/empty": "",
    "corehound.py": "NO = 1\n",
    "other/b.py": "B = 1\n",
}
_DIGEST = "import sys\nfrom pathlib import Path\nfrom laneshift.repo.archive import archive_digest\n"
_DIGEST += "from laneshift.repo.objects import Repository\n"
_DIGEST += "print(archive_digest(Repository.open(Path(sys.argv[1])).tree('HEAD'), 'core'))\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "one"
    path.mkdir()
    git_cli(path, "init", "-q", "-b", "main")
    (path / "core").mkdir()
    (path / "core/link").symlink_to("a.py")
    commit_files(path, _FILES)
    (path / "core/a.py").chmod(0o755)
    git_cli(path, "add", "-A")
    git_cli(path, "commit", "-q", "-m", "modes")
    return path


def _tree(path: Path) -> Tree:
    return Repository.open(path).tree("HEAD")


def _archive(tree: Tree, folder: str = "") -> tarfile.TarFile:
    file = io.BytesIO()
    write_archive(tree, file, folder)
    file.seek(0)
    return tarfile.open(fileobj=file)


def test_it_holds_the_files_of_a_folder_and_nothing_of_its_neighbours(repo: Path) -> None:
    with _archive(_tree(repo), "core") as tar:
        members = {info.name: info for info in tar}
        assert list(members) == sorted(members, key=str.encode)
        assert set(members) == {name for name in _FILES if name.startswith("core/")} | {"core/link"}
        assert (members["core/a.py"].mode, members["core/empty"].mode) == (0o755, 0o644)
        assert members["core/link"].linkname == "a.py"
        assert {(info.mtime, info.uid, info.gid, info.uname, info.gname) for info in tar} == {(0, 0, 0, "", "")}
        held = tar.extractfile("core/ä ö.txt")
        assert held is not None
        assert held.read() == b"\xff\x00"


def test_two_machines_at_two_times_of_day_have_one_digest(repo: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "clone"
    git_cli(tmp_path, "clone", "-q", str(repo), str(elsewhere))
    git_cli(elsewhere, "repack", "-adq")
    digests = set()
    for path, zone, language, mask in ((repo, "UTC", "C", 0o022), (elsewhere, "Asia/Kathmandu", "C.UTF-8", 0o077)):
        env = {**os.environ, "TZ": zone, "LC_ALL": language, "SOURCE_DATE_EPOCH": str(mask), "HOME": str(path)}
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST, str(path)], env=env, umask=mask, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout)
    assert digests == {f"{archive_digest(_tree(repo), 'core')}\n"}


def test_any_change_is_another_digest(repo: Path) -> None:
    tree = _tree(repo)
    before = archive_digest(tree, "core")
    assert archive_digest(_tree(repo)) != before
    commit_files(repo, {"other/b.py": "B = 2\n"})
    assert archive_digest(_tree(repo), "core") == before
    (repo / "core/a.py").chmod(0o644)
    git_cli(repo, "commit", "-q", "-a", "-m", "mode")
    assert archive_digest(_tree(repo), "core") != before


def test_the_tar_program_reads_it(repo: Path, tmp_path: Path) -> None:
    tar = shutil.which("tar")
    assert tar is not None
    with (tmp_path / "core.tar").open("wb") as file:
        write_archive(_tree(repo), file, "core")
    (tmp_path / "out").mkdir()
    subprocess.run([tar, "-xf", tmp_path / "core.tar", "-C", tmp_path / "out"], check=True)
    deep = next(name for name in _FILES if name.endswith("long.py"))
    assert (tmp_path / "out" / deep).read_text() == "LONG = 1\n"
    assert (tmp_path / "out/core/link").readlink() == Path("a.py")


def test_nothing_and_what_is_not_here_are_refused(repo: Path) -> None:
    with pytest.raises(Refused, match="nothing to put"):
        archive_digest(_tree(repo), "nowhere")
    oid = git_cli(repo, "rev-parse", "HEAD")
    git_cli(repo, "update-index", "--add", "--cacheinfo", f"160000,{oid},core/sub")
    git_cli(repo, "commit", "-q", "-m", "sub")
    with pytest.raises(Refused, match="submodule"):
        archive_digest(_tree(repo), "core")
