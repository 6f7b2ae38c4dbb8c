"""What every answer tells browsers: nothing of it may be framed, sniffed, kept by others or run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
_REMEMBERED = 512
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
        self._known: dict[tuple[bytes, ...], bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", ())
                message["headers"] = [*own, *self._all] if self._says_none(own) else self._joined(own)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)

    def _says_none(self, own: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether an answer says none of the headers for itself. The names of most are those of others before."""
        names = tuple([name for name, _ in own])
        known = self._known.get(names)
        if known is None:
            known = self._mine.isdisjoint({name.lower() for name in names})
            if len(self._known) < _REMEMBERED:
                self._known[names] = known
        return known

    def _joined(self, own: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers of an answer that says some for itself."""
        left = [(name, value) for name, value in own if name.lower() not in self._names]
        said = {name.lower() for name, _ in left}
        return [*left, *self._always, *(pair for pair in self._unless_said if pair[0] not in said)]


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
