"""What the settings of known clients need so that they start laneshift's own server of the protocol. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laneshift.errors import Refused

_NAME = "laneshift"


@dataclass(frozen=True, slots=True)
class Plug:
    """What to put into `file`, which is the client's own."""

    client: str
    file: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"client": self.client, "file": self.file, "text": self.text}


def plug_for(client: str, words: list[str]) -> Plug:
    """What `client` needs to start the program with these words.

    Raises `Refused` (`mcp.unknown-client`) for one whose settings are not known here.
    """
    known = _CLIENTS.get(client)
    if known is None:
        raise Refused(
            "mcp.unknown-client",
            f"the settings of {client!r} are not known here",
            why=f"known are: {', '.join(_CLIENTS)}",
            cure=f"have it start: {' '.join(words)}",
        )
    file, write = known
    return Plug(client, file, write(words))


def _json(key: str, **more: str) -> Callable[[list[str]], str]:
    def write(words: list[str]) -> str:
        own = {**more, "command": words[0], "args": words[1:]}
        return json.dumps({key: {_NAME: own}}, indent=2)

    return write


def _toml(words: list[str]) -> str:
    # A JSON text without escapes of surrogates is a TOML text as well.
    command, arguments = json.dumps(words[0]), ", ".join(json.dumps(word) for word in words[1:])
    return f"[mcp_servers.{_NAME}]\ncommand = {command}\nargs = [{arguments}]"


_CLIENTS: dict[str, tuple[str, Callable[[list[str]], str]]] = {
    "claude-code": (".mcp.json", _json("mcpServers", type="stdio")),
    "codex": ("~/.codex/config.toml", _toml),
    "copilot": (".vscode/mcp.json", _json("servers", type="stdio")),
    "gemini": (".gemini/settings.json", _json("mcpServers")),
}
