"""Who is to be told, as the environment says. Pure.

The environment and not the settings: where an agent listens is a matter of a machine, and settings come with the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.errors import Refused

FILE, AGENT = "LANESHIFT_METRICS_FILE", "LANESHIFT_DOGSTATSD"
_COLLECTOR = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOL = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_HTTP = "http/protobuf"


@dataclass(frozen=True, slots=True)
class Choice:
    """`file` is for a textfile collector, `agent` the address of a DogStatsD agent; `traces` whether to send any.

    `remark` is why standard variables that ask for traces are not heeded, empty where they are, or do not ask.
    """

    file: str = ""
    agent: str = ""
    traces: bool = False
    remark: str = ""


def choose(environ: Mapping[str, str]) -> Choice:
    """What the variables say; an empty one says nothing."""
    wanted = any(environ.get(name) for name in _COLLECTOR)
    off = environ.get("OTEL_SDK_DISABLED", "").casefold() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    protocol = next((environ[name] for name in _PROTOCOL if environ.get(name)), _HTTP)
    spoken = protocol == _HTTP
    remark = "" if spoken or off or not wanted else f"traces are not sent by {protocol}; {_PROTOCOL[1]} can be {_HTTP}"
    traces = wanted and not off and spoken
    return Choice(environ.get(FILE, ""), environ.get(AGENT, ""), traces, remark)


def address(text: str) -> tuple[str, int]:
    """Host and port of `host:port`; a host of IPv6 is in brackets. Raises `Refused` (`telemetry.address`)."""
    host, _, port = text.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not host or not (port.isascii() and port.isdigit()) or int(port) >= 1 << 16:
        raise Refused("telemetry.address", f"{text!r} is no address", where="--metrics", cure="127.0.0.1:9464")
    return host, int(port)
