"""What every answer tells browsers: nothing of it may be framed, sniffed, kept by others or run."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_UNLESS_SAID = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
_YEAR = 31_536_000


class SecurityHeaders:
    """Adds the headers. A route may say `Content-Security-Policy` and `Cache-Control` for itself, as pages do."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        always = {**_ALWAYS, **({"Strict-Transport-Security": f"max-age={_YEAR}"} if secure else {})}
        self._always = _raw(always)
        self._unless_said = _raw(_UNLESS_SAID)
        self._names = frozenset(name for name, _ in self._always)
        # Most answers say none of these for themselves.
        self._all = [*self._always, *self._unless_said]
        self._mine = frozenset(name for name, _ in self._all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", ())
                said = {name.lower() for name, _ in own}
                if said.isdisjoint(self._mine):
                    message["headers"] = [*own, *self._all]
                else:
                    own = [pair for pair in own if pair[0].lower() not in self._names]
                    more = (pair for pair in self._unless_said if pair[0] not in said)
                    message["headers"] = [*own, *self._always, *more]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
