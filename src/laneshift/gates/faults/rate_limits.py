"""The fault of gate `rate-limits`: headers that look like a limit, never change, and limit nothing."""

from __future__ import annotations

from laneshift.gates.faults.app import wrapped
from laneshift.gates.faults.scene import Planted, Scene

_WRAPPER = '''class _LaneshiftSeeded:
    """Answers itself, with the same rate-limit headers each time."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] == {openapi!r}:
            await self.app(scope, receive, send)
            return
        headers = [(b"x-ratelimit-limit", b"100"), (b"x-ratelimit-remaining", b"99"), (b"x-ratelimit-reset", b"60")]
        await send({{"type": "http.response.start", "status": 200, "headers": headers}})
        await send({{"type": "http.response.body", "body": b"ok"}})
'''


def plant(scene: Scene) -> Planted | str:
    """Put constants in the place of the limit."""
    app = scene.settings.gates.app
    openapi = app.openapi if app is not None else ""
    return wrapped(scene, _WRAPPER.format(openapi=openapi), "its rate-limit headers are constants")
