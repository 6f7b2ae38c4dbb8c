"""What mode `provider` writes beside the isolated files: registry, providers of the lane, and the start. Pure."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from laneshift.code.codemods.isolate import provider
from laneshift.code.codemods.isolate.bindings import Bound, Odd
from laneshift.code.codemods.isolate.setting import Setting
from laneshift.code.codemods.isolate.starting import started
from laneshift.code.moves.spans import parse, read_source
from laneshift.errors import Refused
from laneshift.repo.objects import Tree


def registered(
    tree: Tree, setting: Setting, provided: Mapping[str, tuple[Bound, ...]], files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The registry where there is none, what the lane puts into it, and the file that starts with it; nothing as long
    as the lane provides nothing.

    `provided` are the names that each module asks for, `files` what has been written already. Raises `Refused` where
    one of the three cannot be written.
    """
    modules, found = setting.modules, dict[str, bytes]()
    lane_path = modules.by_name[setting.lane]
    path = f"{lane_path.removesuffix('__init__.py')}{provider.NAME}.py"
    if not provided and path not in tree:
        return {}
    if setting.registry not in modules.by_name:
        root = lane_path.removesuffix(f"{setting.lane.replace('.', '/')}/__init__.py")
        found[f"{root}{setting.registry.replace('.', '/')}.py"] = provider.REGISTRY.encode()
    else:
        _refuse_other(tree, setting)
    known = tree.read(path).decode("utf-8", "replace") if path in tree else ""
    if known and "@provides(" not in known:
        raise Refused("codemod.path-taken", f"{path!r} is there and is not the lane's list of what it provides")
    for module, names in sorted(provided.items()):
        package = modules.package_of(modules.by_name[module])
        each = [(bound.name, tuple(provider.absolute(text, package) for text in bound.texts)) for bound in names]
        known = provider.lane_side(known, setting.lane, setting.registry, module, each)
    found |= {path: known.encode()} if provided else {}
    return {**found, **_start(tree, setting, files)}


def _start(tree: Tree, setting: Setting, files: Mapping[str, bytes]) -> dict[str, bytes]:
    path, function = setting.start
    if not path:
        return {}
    try:
        return {path: started(files.get(path) or tree.read(path), function, setting.registry, setting.providers)}
    except Odd as odd:
        raise Refused("codemod.bad-parameter", f"start: {odd.why}", where=path, cure="start=MODULE:FUNCTION") from odd


def _refuse_other(tree: Tree, setting: Setting) -> None:
    """A module that is there has to be a registry, and one that can be started where that is asked for."""
    path = setting.modules.by_name[setting.registry]
    module = parse(read_source(tree.read(path)))
    names = {each.name for each in module.body if isinstance(each, ast.FunctionDef)} if module is not None else set()
    wanted = {"provided", "provides", *(["start"] if setting.start[0] else [])}
    if missing := sorted(wanted - names):
        what = f"{path!r} is there and has no function {missing[0]}"
        raise Refused("codemod.bad-parameter", what, where=path, cure="--param registry=ANOTHER.MODULE")
