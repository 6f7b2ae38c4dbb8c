"""One repository of any size: a project that stays the same, amid as many files of other projects as are wanted."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.fetch import CACHE
from corpus.project import kept_repository, project
from corpus.sdist import ANSIBLE, HOME_ASSISTANT, PYGMENTS, SYMPY, Sdist

_BALLAST = (HOME_ASSISTANT, SYMPY, ANSIBLE)


def grown(size: int, core: Sdist = PYGMENTS, ballast: Sequence[Sdist] = _BALLAST, cache: Path = CACHE) -> Path:
    """A repository with `size` Python files: those of `core` at their own paths, the rest below `ballast/`.

    Where the other projects have too few, their files come again, each with another last line.
    """

    def files(folder: Path) -> Path:
        source, others = project(core, cache), [project(each, cache) for each in ballast]
        made = folder / "grown"
        shutil.copytree(source, made, ignore=shutil.ignore_patterns(".git"), symlinks=True)
        wanted = size - sum(1 for _ in made.rglob("*.py"))
        for path, data in itertools.islice(_files(others), max(0, wanted)):
            target = made / "ballast" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return made

    return kept_repository(cache, f"grown-{size}", f"{size} Python files", files)


def _files(projects: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """Path and bytes of Python files, without end; none when there are no files at all."""
    listed = [(root, path) for root in projects for path in sorted(root.rglob("*.py"))]
    for copy in itertools.count() if listed else ():
        for root, path in listed:
            mark = f"\n# copy {copy}\n".encode() if copy else b""
            yield Path(f"copy{copy}", root.name, path.relative_to(root)), path.read_bytes() + mark
