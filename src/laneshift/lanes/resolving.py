"""Where the imports of a file lead, in the ways that most imports are written: each worked out once for all files."""

from __future__ import annotations

from laneshift.code.dotted import is_standard
from laneshift.code.links import Import
from laneshift.lanes.arrows import Arrow, Kind
from laneshift.repo.plain_records import TYPE_CHECKING

if TYPE_CHECKING:  # it takes as long to load as many files take to read
    from laneshift.lanes.named import Holding

_Names = tuple[tuple[str, str], ...] | None


class Targets:
    """Resolves imports against the modules of one tree."""

    def __init__(self, places: Holding) -> None:
        self._places = places
        self._modules = places.modules
        self._by_name = places.modules.by_name
        self._packages = places.modules.packages
        self._known: dict[tuple[str, _Names], tuple[str, ...] | None] = {}
        self._outside: dict[str, bool | None] = {}

    def arrows(self, path: str, imports: tuple[Import, ...]) -> tuple[Arrow, ...] | None:
        """As `arrows_of` gives them; None where an import is missing, or is found by folders alone, or may be."""
        first: dict[tuple[str, Kind], int] = {}
        package: list[str] | None = None
        for module, level, names, _, line, how, _, _ in imports:
            base = module
            if level:
                if package is None:
                    package = self._modules.package_of(path).split(".")
                if not package[0] or level > len(package):
                    continue
                above = package[: len(package) - level + 1]
                base = ".".join([*above, module] if module else above)
            else:
                outside = self._is_outside(module.partition(".")[0])
                if outside is None:
                    return None
                if outside:
                    continue
            targets = self._targets(base, names)
            if targets is None:
                return None
            kind: Kind = "static" if how == "runtime" else how
            for target in targets:
                if target != path:
                    first.setdefault((target, kind), line)
        return tuple([Arrow(target, line, kind) for (target, kind), line in first.items()])

    def _is_outside(self, top: str) -> bool | None:
        """Whether names that start so are not of this tree; None where that depends on the importing file."""
        if top not in self._outside:
            inside = top in self._by_name or (top in self._packages and not is_standard(top))
            doubt = (inside and is_standard(top)) or (not inside and self._places.may_hold(top))
            self._outside[top] = None if doubt else not inside
        return self._outside[top]

    def _targets(self, base: str, names: _Names) -> tuple[str, ...] | None:
        key = base, names
        if key not in self._known:
            found = list(self._looked_up(base, names))
            self._known[key] = None if None in found else tuple(each for each in found if each)
        return self._known[key]

    def _looked_up(self, base: str, names: _Names) -> list[str | None]:
        """The files of the modules that are meant, empty for a folder alone; None for what is missing."""
        if base not in self._by_name and base not in self._packages:
            return [None]
        owner = self._by_name.get(base, "")
        if names is None:
            return [owner]
        found: list[str | None] = []
        for name, _ in names:
            below = f"{base}.{name}"
            if name != "*" and (below in self._by_name or below in self._packages):
                found.append(self._by_name.get(below, ""))
            else:
                found += [owner, None] if name != "*" and not owner else [owner]
        return found
