"""Where limits are kept: in the memory of one server, in Valkey, in a cluster of three."""

from __future__ import annotations

from tests.server.limits.valkeys import one, shared, three

__all__ = ["one", "shared", "three"]
