"""Planting in the configured ASGI application: its module gets lines at its end that put a wrapper around it."""

from __future__ import annotations

from laneshift.gates.faults.scene import Planted, Scene


def wrapped(scene: Scene, wrapper: str, what: str) -> Planted | str:
    """The application inside `wrapper`, the source of a class `_LaneshiftSeeded(app)` that is an ASGI application."""
    app = scene.settings.gates.app
    if app is None:
        return "the settings name no ASGI application"
    module, _, name = app.target.partition(":")
    path = scene.modules.by_name.get(module, "")
    if not path or not path.endswith(".py"):
        return f"the tree has no module {module}"
    if "." in name:
        return f"{name} is an attribute of something, and cannot be replaced by an assignment"
    text = f"{wrapper}\n\n{_factory(name) if app.factory else f'{name} = _LaneshiftSeeded({name})'}\n"
    return Planted(f"{path}: {what}", scene.change({path: scene.added(path, text)}))


def _factory(name: str) -> str:
    return (
        f"_laneshift_seeded_factory = {name}\n\n\n"
        f"def {name}():\n    return _LaneshiftSeeded(_laneshift_seeded_factory())"
    )
