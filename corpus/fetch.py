"""Fetching one pinned sdist from whatever package index pip is configured with, and trusting only its digest."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from corpus.sdist import Sdist
from laneshift.errors import CheckFailed, Refused

CACHE = Path(".cache/corpus")
_CHUNK = 1 << 20
_SHOWN = 2000
_SECONDS = 900


def fetch(sdist: Sdist, cache: Path = CACHE) -> Path:
    """The verified archive of `sdist`, from the cache or from the package index.

    Raises `CheckFailed` (`corpus.digest`) when the bytes are not the pinned ones, `Refused` (`corpus.unavailable`)
    when pip cannot get them.
    """
    kept = cache / "sdists" / sdist.file
    if kept.exists():
        if digest(kept) == sdist.sha256:
            return kept
        kept.unlink()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        _download(sdist, Path(folder))
        arrived = Path(folder) / sdist.file
        if not arrived.is_file():
            raise Refused("corpus.unavailable", f"the package index has no {sdist.file}", where=sdist.project)
        found = digest(arrived)
        if found != sdist.sha256:
            raise CheckFailed("corpus.digest", f"{sdist.file} has SHA-256 {found}", why=f"pinned is {sdist.sha256}")
        arrived.replace(kept)
    return kept


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    seen = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
    return seen.hexdigest()


def _download(sdist: Sdist, folder: Path) -> None:
    """Pip checks the digest before it runs any code of the archive, which it does to learn the metadata."""
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{sdist.project}=={sdist.version} --hash=sha256:{sdist.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    command += ["--ignore-requires-python", "--require-hashes", "--dest", str(folder), "--requirement", str(wanted)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Refused("corpus.unavailable", f"pip took over {_SECONDS} s", where=sdist.project) from error
    if done.returncode != 0:
        raise Refused(
            "corpus.unavailable", "pip cannot download it", where=sdist.project, why=done.stderr.strip()[-_SHOWN:]
        )
