"""Sessions of the protocol: for clients of its older versions, each bound to the credential that opened it."""

from __future__ import annotations

from typing import Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager


def sessions(server: Server[Any], body: int, seconds: float, most: int) -> StreamableHTTPSessionManager:
    """What answers requests, and keeps up to `most` sessions; one that is idle for `seconds` ends.

    Hosts and origins are looked at before anything gets here.
    """
    return StreamableHTTPSessionManager(
        server, session_idle_timeout=seconds, max_request_body_size=body, max_sessions=most
    )


def user_of(credential: str) -> AuthenticatedUser:
    """Who a session belongs to. To others it is as if it did not exist; the text of a key is nowhere in it."""
    return AuthenticatedUser(AccessToken(token="", client_id=credential, scopes=[]))
