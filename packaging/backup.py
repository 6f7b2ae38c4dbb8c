#!/usr/bin/env python3
"""Keep all that laneshift knows of one repository, also while it works, and bring it back.

    backup.py keep REPOSITORY FOLDER       FOLDER is made, and must not be there
    backup.py restore FOLDER REPOSITORY    REPOSITORY is made, and must not be there

What is kept: `.git/laneshift` without what can be made again, `.git/config`, and every ref with its objects. Private
keys are not: they are in a folder of their own. Needs Python 3.11 and git, nothing of laneshift.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

AGAIN = {"pool", "index", "results.sqlite"}
"""Names in `.git/laneshift` that are made again when they are missing."""


def keep(repository: Path, folder: Path) -> int:
    """Copy in the order that a crash allows: runs, other files, the journal, refs. How many files were kept."""
    common = Path(git(repository, "rev-parse", "--path-format=absolute", "--git-common-dir"))
    state = common / "laneshift"
    if not (state / "journal.sqlite").is_file():
        raise SystemExit(f"{state} has no journal: records in PostgreSQL are kept by pg_dump")
    os.umask(0o077)
    folder.mkdir(parents=True)
    for path in sorted(wanted(state), key=turn):
        place = folder / "laneshift" / path.relative_to(state)
        place.parent.mkdir(parents=True, exist_ok=True)
        copy_database(path, place) if path.suffix == ".sqlite" else shutil.copyfile(path, place)
    shutil.copyfile(common / "config", folder / "config")
    (folder / "head").write_text(git(repository, "symbolic-ref", "HEAD") + "\n")
    # Last: refs that are newer than the journal are what a crash leaves, and `laneshift resume` looks at them.
    git(repository, "bundle", "create", "--quiet", str(folder.absolute() / "refs.bundle"), "--all")
    sums = {str(path.relative_to(folder)): sha256(path) for path in files_below(folder)}
    (folder / "sums.json").write_text(json.dumps(sums, indent=1, sort_keys=True) + "\n")
    return len(sums)


def restore(folder: Path, repository: Path) -> int:
    """Make the repository with its refs, its work tree and all records. How many files were brought back."""
    sums = json.loads((folder / "sums.json").read_text())
    found = {str(path.relative_to(folder)): sha256(path) for path in files_below(folder) if path.name != "sums.json"}
    if found != sums:
        odd = sorted(name for name in {*found, *sums} if found.get(name) != sums.get(name))
        raise SystemExit(f"this backup is not what was kept: {', '.join(odd[:5])}")
    if repository.exists():
        raise SystemExit(f"{repository} is there already: nothing is written over")
    git(Path(), "init", "--quiet", str(repository))
    shutil.copy2(folder / "config", repository / ".git" / "config")
    git(repository, "fetch", "--quiet", "--update-head-ok", str((folder / "refs.bundle").absolute()), "+refs/*:refs/*")
    git(repository, "symbolic-ref", "HEAD", (folder / "head").read_text().strip())
    git(repository, "reset", "--quiet", "--hard")
    shutil.copytree(folder / "laneshift", repository / ".git" / "laneshift")
    return len(sums)


def wanted(state: Path) -> list[Path]:
    """The files to keep: no caches, no checkouts, and of databases the file alone, whose log is folded in."""
    kept = [path for path in files_below(state) if path.relative_to(state).parts[0] not in AGAIN]
    return [path for path in kept if not path.name.endswith(("-wal", "-shm")) and ".unfinished-" not in path.name]


def turn(path: Path) -> tuple[int, str]:
    """Runs first and the journal last: what is newer than the journal would be believed."""
    return (2 if path.name == "journal.sqlite" else 0 if path.parent.name == "runs" else 1, str(path))


def copy_database(source: Path, target: Path) -> None:
    """One moment of a database that others write to."""
    there = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    with closing(there), closing(sqlite3.connect(target)) as here:
        there.backup(here)


def files_below(folder: Path) -> list[Path]:
    """Every regular file, in order; nothing is followed out of the folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def sha256(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git(folder: Path, *words: str) -> str:
    """What git says. Ends the program where it fails."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def main(words: list[str]) -> int:
    """Do what is asked for."""
    acts = {"keep": keep, "restore": restore}
    if len(words) != 3 or words[0] not in acts:
        sys.stderr.write(__doc__ or "")
        return 2
    count = acts[words[0]](Path(words[1]), Path(words[2]))
    sys.stdout.write(f"{count} file(s), digests compared\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
