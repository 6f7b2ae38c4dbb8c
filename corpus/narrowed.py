"""A project as a repository of its Python files alone, for what is to be compared over the same files."""

from __future__ import annotations

import shutil
from pathlib import Path

from corpus.fetch import CACHE
from corpus.project import kept_repository, project
from corpus.sdist import Sdist


def python_only(sdist: Sdist, cache: Path = CACHE) -> Path:
    """The repository of the `.py` files of `sdist`, at their own paths, in one commit. Do not change it; clone it."""

    def narrowed(folder: Path) -> Path:
        source, made = project(sdist, cache), folder / "narrowed"
        for path in sorted(source.rglob("*.py")):
            if path.is_file() and not path.is_symlink():
                target = made / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        return made

    name = f"{sdist.project.lower()}-{sdist.version}-python"
    return kept_repository(cache, name, f"the Python files of {sdist.project} {sdist.version}", narrowed)
