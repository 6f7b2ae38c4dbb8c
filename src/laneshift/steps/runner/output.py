"""What a run printed, made safe to keep and to show: bounded in size, text only, no terminal control."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LIMIT = 256 * 1024

# CSI, OSC and the other string sequences (ended by BEL or ST, or cut off), then any two-byte escape.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]?"
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]?"
)
# Control characters, and what changes the direction of text or cannot be seen: U+200B-F, U+2028-E, U+2066-9, U+FEFF.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def clean(data: bytes) -> str:
    """UTF-8 text of `data`: undecodable bytes replaced, escape sequences and invisible characters removed."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _UNSAFE.sub("", _ESCAPES.sub("", text))


@dataclass(slots=True)
class Middle:
    """Bytes of a stream of any length in bounded memory: the first and the last half of `limit`."""

    limit: int = LIMIT
    total: int = 0
    _head: bytearray = field(default_factory=bytearray)
    _tail: bytearray = field(default_factory=bytearray)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the stream."""
        self.total += len(chunk)
        half = self.limit // 2
        room = half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        if len(self._tail) > 2 * half:
            del self._tail[:-half]

    def text(self) -> str:
        """The stream as clean text, saying how many bytes of its middle are left out."""
        half = self.limit // 2
        tail = bytes(self._tail[-half:]) if half else b""
        cut = self.total - len(self._head) - len(tail)
        if not cut:
            return clean(bytes(self._head) + tail)
        return f"{clean(bytes(self._head))}\n[... {cut} bytes left out ...]\n{clean(tail)}"
