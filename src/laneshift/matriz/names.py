"""What somebody means by a name: a module, a file, a folder, something from elsewhere, or nothing that there is."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from laneshift.code.dotted import is_standard
from laneshift.code.modules import Modules

Kind = Literal["module", "folder", "file", "outside", "several", "missing"]
_NEAREST, _LOOKED_AT, _LIKE = 3, 60, 0.6
_MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name means. `name` is a dotted name where there is one, `path` a path of the tree, empty for what has
    none. `choices` are all that it may mean where that is `several`, and the nearest names where it is `missing`."""

    kind: Kind
    name: str
    path: str
    choices: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it means one thing."""
        return self.kind not in ("several", "missing")


class Names:
    """The names of one tree."""

    def __init__(self, modules: Modules, paths: Collection[str], outside: Collection[str]) -> None:
        self.modules = modules
        self._paths = paths
        self._outside = outside

    def meant(self, written: str) -> Meant:
        """What a name as somebody wrote it means: itself, else the one name that ends with it, whatever its case."""
        plain = written.strip().removeprefix("./").rstrip("/")
        found = self._exact(plain) or self._ending(plain) or self._elsewhere(plain)
        return found or Meant("missing", plain, "", self.nearest(plain))

    def warm(self) -> None:
        """Make ready what looks names up."""
        _ = self.folders, self._by_last, self._by_file, self._by_piece

    def has(self, name: str) -> bool:
        """Whether there is a path, folder or module of exactly this name."""
        return name in self._paths or name in self.folders or self.is_module(name)

    def is_module(self, name: str) -> bool:
        """Whether a module or a package has this dotted name."""
        return name in self.modules.by_name or name in self.modules.packages

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder of the tree."""
        found: set[str] = set()
        for path in self._paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def nearest(self, name: str) -> tuple[str, ...]:
        """The names of modules that are most like a name that nobody has."""
        wanted = name.removesuffix(".py").replace("/", ".").lower()
        last = wanted.rpartition(".")[2]
        votes: Counter[str] = Counter()
        for piece in _pieces(wanted):
            votes.update(self._by_piece.get(piece, ()))
        looked = sorted(votes, key=lambda each: (-votes[each], len(each), each))[:_LOOKED_AT]
        scored = sorted(((_likeness(wanted, last, each.lower()), each) for each in looked), key=lambda s: (-s[0], s[1]))
        return tuple(each for score, each in scored if score >= _LIKE)[:_NEAREST]

    def _exact(self, plain: str) -> Meant | None:
        by_name = self.modules.by_name
        if plain in by_name:
            return Meant("module", plain, by_name[plain])
        if plain in self._paths:
            name = self.modules.by_path.get(plain)
            return (
                Meant("file", plain, plain) if name is None or by_name[name] != plain else Meant("module", name, plain)
            )
        if plain in self.modules.packages:
            return Meant("folder", plain, self._folder_of(plain))
        if plain in self.folders:
            marker = f"{plain}/__init__.py"
            return self._exact(marker) if marker in self._paths else Meant("folder", plain, plain)
        return None

    def _ending(self, plain: str) -> Meant | None:
        if "/" in plain or plain.endswith(".py"):
            last = plain.rpartition("/")[2]
            found = [path for path in self._by_file.get(last, ()) if path.endswith(f"/{plain}")]
        else:
            last = plain.rpartition(".")[2]
            found = [
                name for name in self._by_last.get(last.lower(), ()) if f".{name}".lower().endswith(f".{plain}".lower())
            ]
        exact = [name for name in found if name.endswith(plain)] or found
        if len(exact) == 1:
            return self._exact(exact[0])
        return Meant("several", plain, "", tuple(sorted(exact)[:_MOST_CHOICES])) if exact else None

    def _elsewhere(self, plain: str) -> Meant | None:
        top = plain.partition(".")[0]
        return Meant("outside", plain, "") if top in self._outside or is_standard(top) else None

    def _folder_of(self, package: str) -> str:
        for root in self.modules.roots:
            folder = "/".join([*filter(None, [root]), *package.split(".")])
            if folder in self.folders:
                return folder
        return ""

    @cached_property
    def _by_last(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.modules.by_name:
            found.setdefault(name.rpartition(".")[2].lower(), []).append(name)
        return found

    @cached_property
    def _by_file(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._paths:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    @cached_property
    def _by_piece(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.modules.by_name:
            for piece in _pieces(name.lower().rpartition(".")[2]):
                found.setdefault(piece, []).append(name)
        return found


def _pieces(text: str) -> Iterable[str]:
    last = text.rpartition(".")[2]
    return {last[at : at + 2] for at in range(max(1, len(last) - 1))}


def _likeness(wanted: str, last: str, name: str) -> float:
    whole = difflib.SequenceMatcher(None, wanted, name, autojunk=False).ratio()
    ends = difflib.SequenceMatcher(None, last, name.rpartition(".")[2], autojunk=False).ratio()
    return max(whole, ends - 0.05)
