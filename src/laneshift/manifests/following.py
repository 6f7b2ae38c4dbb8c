"""Manifests follow what a move moves: they stand where the module stands, and name it, its path and its lane. So do
contracts.

Only what a path decides is brought up to date here, which costs nothing in a tree without manifests: a move is applied
many times. What code decides (exports, tests, circles) is derived once a landing, on its combined tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from laneshift.code.moves import Edit, MoveResult
from laneshift.config import Settings, load
from laneshift.lanes.model import Lanes, top_folders
from laneshift.manifests.contracts.following import follow_contracts
from laneshift.manifests.discovery import manifest_path
from laneshift.manifests.document import Json, NotReadableError, read
from laneshift.manifests.fields import VERSION, Key
from laneshift.manifests.merging import ABSENT, at, merged

_ENDING = ".manifest.json"
_SORTED: tuple[Key, ...] = (("dependencies", "internal"), ("testing", "test_paths"))
_CIRCLES: Key = ("dependencies", "circular_dependencies")


def follow(result: MoveResult) -> MoveResult:
    """The move, with the manifests of what it moved: put in place, and brought up to date in what a path decides.

    The manifest of a folder that has no code any more goes; contracts are renamed. Pure. What cannot be read moves, and
    stays as it is. Raises `Refused` for settings that cannot be read.
    """
    settings = load(lambda path: _text(result, path) if _has(result, path) else None)
    return follow_contracts(_with_manifests(result, settings), settings.contracts.folder)


def _with_manifests(result: MoveResult, settings: Settings) -> MoveResult:
    own = dict(_own(result, settings.manifests.folder))
    others = [path for path in result.other if path.endswith(_ENDING) and path not in set(own.values()) | own.keys()]
    gone = _emptied(result, settings.manifests.folder)
    if not (own or others or gone):
        return result
    lanes = _lanes(result, settings)
    written = dict(result.other)
    relocations, placed = dict(result.relocations), dict(result.placed)
    edits = [Edit(path, 1, "manifest", path, "") for path in gone]
    for old, new in own.items():
        now = relocations.get(old, old)
        data = _kept(written.pop(now, b"") or result.before.read(old), lambda value: _moved(result, value, lanes))
        if now != new:
            placed |= {now: None, old: None, new: result.before.entries[old]}
        if old != new:
            relocations[old] = new
        written |= {new: data} if data != result.before.read(old) else {}
        edits.append(Edit(new, 1, "manifest", old, new))
    for path in others:
        written[path] = _kept(written[path], _in_order)
    placed |= dict.fromkeys(gone)
    return result._replace(edits=(*result.edits, *edits), relocations=relocations, other=written, placed=placed)


def _kept(data: bytes, fields: Callable[[Json], Mapping[Key, object]]) -> bytes:
    """The manifest with these fields; as it is where it cannot be read, or is of an older schema."""
    try:
        value = read(data)
        return merged(data, fields(value)) if at(value, ("schema_version",)) == VERSION else data
    except NotReadableError:
        return data


def _own(result: MoveResult, folder: str) -> Iterator[tuple[str, str]]:
    """Where each manifest of what moves is, and where it belongs afterwards; not where something else stands there."""
    before, src, dst = result.before, result.intent.src, result.intent.dst
    if src.endswith(".py"):
        pairs = [(manifest_path(src, folder), manifest_path(dst, folder))]
    elif folder:
        inside = f"{folder}/{src}"
        pairs = [(path, f"{folder}/{dst}{path[len(inside) :]}") for path, _ in before.below(inside)]
    else:
        pairs = [(old, new) for old, new in result.relocations.items() if old.endswith(_ENDING)]
    for old, new in pairs:
        entry = before.entry(old)
        free = new not in before or old == new or new in result.relocations.values()
        if entry is not None and entry.is_regular and old.endswith(_ENDING) and free:
            yield old, new


def _emptied(result: MoveResult, folder: str) -> list[str]:
    """The manifest of the folder that the move took the last code from."""
    home = result.intent.src.rpartition("/")[0]
    leaving = {*result.relocations, *result.unmarked}
    left = (name for name in result.before.folder(home) if name.endswith(".py") and f"{home}/{name}" not in leaving)
    path = manifest_path(home, folder)
    entry = result.before.entry(path) if home and next(left, None) is None else None
    arrives = path in result.relocations.values() or any(new.rpartition("/")[0] == home for new in _arriving(result))
    return [path] if entry is not None and entry.is_regular and path not in leaving and not arrives else []


def _arriving(result: MoveResult) -> Iterator[str]:
    return (new for new in (*result.relocations.values(), *result.markers) if new.endswith(".py"))


def _moved(result: MoveResult, value: Json, lanes: Lanes) -> Mapping[Key, object]:
    """What the new place decides, where the manifest is of a module that moved."""
    src, dst = result.intent.src, result.intent.dst
    told = at(value, ("module", "path"))
    # By now the text may name the new place already: which of the two it names is what the move has rewritten.
    inside = next((told[len(top) :] for top in (dst, src) if isinstance(told, str) and _is_in(told, top)), None)
    if inside is None:
        return _in_order(value)
    path = f"{dst}{inside}"
    name = f"{result.new_name}{inside.replace('/', '.').removesuffix('.py')}"
    file = path if path.endswith(".py") else min(_files(result, path), default=f"{path}/__init__.py")
    lane = lanes.lane_of(file)
    fields: dict[Key, object] = {("module", "name"): name, ("module", "path"): path}
    return {**fields, ("module", "lane"): ABSENT if lane is None else lane.name, **_in_order(value)}


def _is_in(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


def _files(result: MoveResult, folder: str) -> Iterator[str]:
    return (new for new in _arriving(result) if new.rpartition("/")[0] == folder)


def _in_order(value: Json) -> Mapping[Key, object]:
    """Lists of names in order again, after names in them were rewritten."""
    fields: dict[Key, object] = {key: sorted(found) for key in _SORTED if _are_names(found := at(value, key))}
    circles = at(value, _CIRCLES)
    if isinstance(circles, list) and all(map(_are_names, circles)):
        fields[_CIRCLES] = [sorted(circle) for circle in circles]
    return fields


def _are_names(found: Json) -> bool:
    return isinstance(found, list) and all(isinstance(name, str) for name in found)


def _lanes(result: MoveResult, settings: Settings) -> Lanes:
    paths = () if settings.lanes else (*(path for path, _ in result.before.below("")), *_arriving(result))
    return Lanes.of(settings.lanes, top_folders(paths))


def _has(result: MoveResult, path: str) -> bool:
    return path in result.other or path in result.before


def _text(result: MoveResult, path: str) -> bytes:
    return result.other[path] if path in result.other else result.before.read(path)
