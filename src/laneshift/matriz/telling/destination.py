"""Where a module would lie that somebody wants to move to a lane, a folder, a package, a name or a path."""

from __future__ import annotations

import posixpath

from laneshift.manifests.inventory.placing import places
from laneshift.matriz.ground import Ground
from laneshift.matriz.records import Name


def destination(ground: Ground, name: Name, written: str) -> str:
    """The path, or "" where what is written can be no place. What is named wins: a path, a lane, then a package."""
    plain = written.strip().strip("/")
    source = name.path.removesuffix("/__init__.py")
    suffix = ".py" if source.endswith(".py") else ""
    last = posixpath.basename(source)
    if not plain or ".." in plain.split("/"):
        return ""
    if plain.endswith(".py"):
        return plain
    if "/" in plain:
        return f"{plain}/{last}" if plain in ground.names.folders else f"{plain}{suffix}"
    lane = ground.lanes.get(plain)
    own = ground.lanes.lane_of(name.path)
    if lane is not None and own is not None and lane.name != own.name:
        found = [each.path for each in places(source, own, lane, ground.lanes) if not ground.names.has(each.path)]
        if found:
            return found[0]
    if plain in ground.names.folders:
        return f"{plain}/{last}"
    root = _root(ground, source)
    path = "/".join([*filter(None, [root]), *plain.split(".")])
    return f"{path}/{last}" if path in ground.names.folders else f"{path}{suffix}"


def _root(ground: Ground, path: str) -> str:
    """The longest source root that contains a path."""
    roots = (root for root in ground.graph.modules.roots if not root or path.startswith(f"{root}/"))
    return max(roots, key=len, default="")
