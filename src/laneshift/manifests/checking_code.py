"""Where the Python code of a tree is and how it is imported: what the place of a manifest is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from laneshift.code.modules import Modules


@dataclass(frozen=True, slots=True)
class Code:
    """The Python files of a tree, the folders that have some, each with one of them, and what names them."""

    files: frozenset[str]
    folders: Mapping[str, str]
    modules: Modules

    @classmethod
    def of(cls, paths: Iterable[str], roots: Iterable[str] = ()) -> Self:
        """The code among `paths`; `roots` are the source roots that the settings give."""
        files = frozenset(path for path in paths if path.endswith(".py"))
        folders = {path.rpartition("/")[0]: path for path in files}
        # One file of each folder tells the source roots as all of them would, and names take long to make.
        folders |= {path.rpartition("/")[0]: path for path in files if path.endswith("/__init__.py")}
        return cls(files, folders, Modules.of(folders.values(), roots))

    def name_of(self, path: str) -> str | None:
        """The dotted name of a file, or of a folder; None for what no import can name, and for a file not there."""
        if path.endswith(".py"):
            return self.modules.name_of(path) if path in self.files else None
        return self.modules.name_of(f"{path}/__init__.py")

    def has(self, path: str) -> bool:
        """Whether a path is a folder with code of its own, or a file that an import can name."""
        return path in self.folders or (path.endswith(".py") and self.name_of(path) is not None)
