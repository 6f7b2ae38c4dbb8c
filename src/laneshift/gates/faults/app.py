"""Planting in the configured ASGI application: its module gets lines at its end that put a wrapper around it."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.gates.faults.scene import Planted, Scene

_WRAPPER = '''class _LaneshiftSeeded:
    """Leaves the OpenAPI document as it is, and answers everything else itself."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] == {openapi!r}:
            await self.app(scope, receive, send)
            return
        await send({{"type": "http.response.start", "status": {status}, "headers": {headers!r}}})
        await send({{"type": "http.response.body", "body": b"seeded"}})
'''


def answering(scene: Scene, status: int, headers: Sequence[tuple[bytes, bytes]], what: str) -> Planted | str:
    """The application behind something that answers every documented request with `status` and `headers`."""
    app = scene.settings.gates.app
    if app is None:
        return "the settings name no ASGI application (gates.app.target)"
    module, _, name = app.target.partition(":")
    path = scene.modules.by_name.get(module, "")
    if not path or not path.endswith(".py"):
        return f"the tree has no module {module}"
    if "." in name:
        return f"{name} is an attribute of something, and cannot be replaced by an assignment"
    wrapper = _WRAPPER.format(openapi=app.openapi, status=status, headers=list(headers))
    text = f"{wrapper}\n\n{_factory(name) if app.factory else f'{name} = _LaneshiftSeeded({name})'}\n"
    return Planted(f"{path}: {what}", scene.change({path: scene.added(path, text)}))


def _factory(name: str) -> str:
    return (
        f"_laneshift_seeded_factory = {name}\n\n\n"
        f"def {name}():\n    return _LaneshiftSeeded(_laneshift_seeded_factory())"
    )
