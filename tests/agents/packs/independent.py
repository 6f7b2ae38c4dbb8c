"""Whether commits keep to the packs that they were made from, by git and the standard library alone.

`python independent.py REPOSITORY DIVISION.json COMMITS.json`, where COMMITS has for each pack `start` and `commit`.
Prints one fault a line and ends with 1 when there is any. Nothing of laneshift is imported: what it proves must not
rest on what it judges.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def git(folder: str, *words: str) -> bytes:
    """What git says; the program ends where it fails."""
    return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True).stdout


def changed(folder: str, start: str, commit: str) -> set[bytes]:
    """Every path that a commit adds, deletes or changes; a rename is both."""
    raw = git(folder, "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-commit-id", start, commit)
    return {path for path in raw.split(b"\0") if path}


def digest(paths: Sequence[str]) -> str:
    """As the proof states it: over the paths in order, each ended by a NUL."""
    raw = sorted(path.encode("utf-8", "surrogateescape") for path in paths)
    return "sha256:" + hashlib.sha256(b"".join(path + b"\0" for path in raw)).hexdigest()


def faults(folder: str, division: Mapping[str, Any], commits: Mapping[str, Any]) -> Iterator[str]:
    """Everything that is not as the division states."""
    packs = {pack["id"]: pack for pack in division["packs"]}
    stated = {each["pack"]: each["writes"] for each in division["proof"]["write_sets"]}
    wrote: dict[str, set[bytes]] = {}
    for name, pack in packs.items():
        listed = [*pack["owned"], *pack["editable"]]
        if stated.get(name) != digest(listed):
            yield f"{name}: the digest of its write set is another one"
        if name not in commits:
            yield f"{name}: has no commit"
            continue
        wrote[name] = changed(folder, commits[name]["start"], commits[name]["commit"])
        for path in sorted(wrote[name] - {each.encode("utf-8", "surrogateescape") for each in listed}):
            yield f"{name}: writes {path!r}, which is not its own"
    for one, other in itertools.combinations(wrote, 2):
        in_order = one in packs[other]["after"] or other in packs[one]["after"]
        both = wrote[one] & wrote[other]
        if both and not in_order:
            yield f"{one} and {other} both write {min(both)!r}"


def main(words: Sequence[str]) -> int:
    """Judge, tell, and give the exit code."""
    folder, division, commits = words
    found = list(faults(folder, json.loads(Path(division).read_text()), json.loads(Path(commits).read_text())))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
