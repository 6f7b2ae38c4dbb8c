"""Where a seeded fault is planted: any repository's tree, described as the steps would describe a change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from laneshift.code.intents import is_script_or_test
from laneshift.code.modules import Modules
from laneshift.config import Settings
from laneshift.gates.compiling import compile_error
from laneshift.gates.context import Change, Claims
from laneshift.gates.sandbox import Limits
from laneshift.lanes.model import Lanes
from laneshift.repo.message import Message
from laneshift.repo.objects import File, Tree

ITEM = "laneshift-seeded-fault"
_LARGEST = 200_000
_TRIED = 200
_OF_EACH_LANE = 5


@dataclass(frozen=True, slots=True)
class Planted:
    """A change with a fault in it, and what the fault is in one sentence."""

    what: str
    change: Change


@dataclass(frozen=True)
class Scene:
    """A tree with what is known about it. `smoke` are the files or ids of its smoke suite; empty for none."""

    tree: Tree
    settings: Settings
    lanes: Lanes
    smoke: Sequence[str]
    limits: Limits

    @cached_property
    def modules(self) -> Modules:
        """Which module each path is."""
        return Modules.of((path for path in self.tree.entries if path.endswith(".py")), self.settings.source_roots)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Importable files of production code that compile, the smallest first: some of every lane, a few hundred."""
        found = [path for path in self.modules.by_path if self._is_plain(path)]
        sized = sorted((self.tree.repository.blob_size(self.tree.entries[path].oid), path) for path in found)
        small = [path for size, path in sized if size <= _LARGEST]
        of_lane: dict[str | None, int] = {}
        chosen = []
        for at, path in enumerate(small):
            lane = self.lanes.lane_of(path)
            name = None if lane is None else lane.name
            of_lane[name] = of_lane.get(name, 0) + 1
            if at < _TRIED or of_lane[name] <= _OF_EACH_LANE:
                chosen.append(path)
        return tuple(path for path in chosen if not compile_error(self.tree.read(path), path))

    def module_of(self, path: str) -> str:
        """The dotted name of one of `sources`."""
        return self.modules.by_path[path]

    def production(self) -> str:
        """A file that is held to the rules of production code; empty when there is none."""
        for path in self.sources:
            lane = self.lanes.lane_of(path)
            if lane is None or lane.level != "experimental":
                return path
        return ""

    def change(
        self,
        files: Mapping[str, bytes],
        claimed: frozenset[str] = frozenset(),
        modules: Mapping[str, str] | None = None,
    ) -> Change:
        """New contents of files as a change that is described truthfully, but for the `claimed` files."""
        name = self.lanes.names[0] if self.lanes.names else "core"
        return Change(
            before=self.tree,
            after=self.tree.edit({path: File(data) for path, data in files.items()}),
            paths={},
            modules=modules or {},
            importers={},
            roots=self.modules.roots,
            smoke=self.smoke,
            smoke_before=self.smoke,
            smoke_pass_rate=self.settings.tests.smoke_pass_rate,
            claims=Claims(frozenset(files) | claimed, 1, _text(name), frozenset({name})),
            limits=self.limits,
            settings=self.settings,
            lanes=self.lanes,
            item=ITEM,
        )

    def sound(self) -> Change | str:
        """A change without a fault: an empty line more in one file. A text says why there can be none."""
        path = self.production() or next(iter(self.sources), "")
        if not path:
            return "the tree has no importable Python file that compiles"
        return self.change({path: self.added(path, "")}, modules={self.module_of(path): self.module_of(path)})

    def added(self, path: str, text: str) -> bytes:
        """The file with lines at its end."""
        return self.tree.read(path).rstrip(b"\n") + b"\n\n\n" + text.encode()

    def _is_plain(self, path: str) -> bool:
        entry = self.tree.entry(path)
        return entry is not None and entry.is_regular and entry.mode != 0 and not is_script_or_test(path)


def _text(scope: str) -> str:
    return Message(
        type="test",
        scope=scope,
        subject="plant a seeded fault",
        problem=("Nobody knows whether the gate would catch this fault",),
        solution=("Plant it in a scratch tree",),
        impact=("None: the tree is thrown away",),
        trailers=(),
    ).render()
