"""Settings about flows: whom their steps may call."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from laneshift.config.values import STRICT

_HOST = re.compile(r"[a-z0-9:]([a-z0-9.:-]{0,251}[a-z0-9:])?")


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError(f"{text!r} is no host name or address in small letters, without a port and without brackets")
    return text


class Flows(BaseModel):
    """`private_hosts` are the hosts, by name or address, that steps may call though their addresses are private:
    loopback, link-local, or of a local network. Secrets go to them without TLS too."""

    model_config = STRICT
    private_hosts: Annotated[list[Annotated[str, AfterValidator(_host)]], Field(max_length=100)] = []
