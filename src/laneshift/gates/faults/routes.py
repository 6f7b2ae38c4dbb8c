"""The fault of gate `routes`: an application that documents operations and serves none of them."""

from __future__ import annotations

from laneshift.gates.faults.app import wrapped
from laneshift.gates.faults.scene import Planted, Scene

_WRAPPER = '''class _LaneshiftSeeded:
    """Answers everything but its OpenAPI document with 404."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] == {openapi!r}:
            await self.app(scope, receive, send)
            return
        await send({{"type": "http.response.start", "status": 404, "headers": []}})
        await send({{"type": "http.response.body", "body": b"gone"}})
'''


def plant(scene: Scene) -> Planted | str:
    """Put the application behind something that finds no route."""
    app = scene.settings.gates.app
    openapi = app.openapi if app is not None else ""
    return wrapped(scene, _WRAPPER.format(openapi=openapi), "every documented operation answers 404")
