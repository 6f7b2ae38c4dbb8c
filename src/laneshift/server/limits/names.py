"""Names that nobody else has or could guess, from the machine's own randomness: fetched for many at a time.

The server asks for two for each request, and each time the machine is asked costs more than all else about a name.
"""

from __future__ import annotations

import secrets

_AT_ONCE = 4096


class Names:
    """Names of `size` random bytes, as hexadecimal digits. Of one event loop, not to be shared among threads."""

    def __init__(self, size: int) -> None:
        self._digits = 2 * size
        self._left = ""
        self._at = 0

    def new(self) -> str:
        """One that was given to nobody before."""
        if self._at >= len(self._left):
            self._left, self._at = secrets.token_hex(_AT_ONCE * self._digits // 2), 0
        begin, self._at = self._at, self._at + self._digits
        return self._left[begin : self._at]
