"""Settings about passkeys: whether there are any, and of which site. Approvals are checked by the same, years later."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator

from laneshift.config.values import STRICT

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_ADDRESS = re.compile(r"[0-9.]+")


def _host(text: str) -> str:
    if text and (not _HOST.fullmatch(text) or _ADDRESS.fullmatch(text)):
        raise ValueError(f"{text!r} is no host name in small letters; passkeys are for names, not for addresses")
    return text


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} is no origin: {error}") from error
    host = _host(parts.hostname or "")
    plain = f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}"
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    if not host or plain != text or usual is None or port == usual:
        raise ValueError(f"{text!r} is no origin as browsers write it: https://host, with a port only if unusual")
    if parts.scheme == "http" and host != "localhost":
        raise ValueError(f"{text!r}: browsers offer passkeys by https, or at http://localhost")
    return text


class Features(BaseModel):
    """What has to be asked for. `webauthn` lets people sign in, and approve, with passkeys."""

    model_config = STRICT
    webauthn: bool = False


class WebAuthn(BaseModel):
    """The site whose passkeys count: its name as passkeys know it, and the origins of its pages.

    Both empty stand for a server that only its own machine reaches, as `localhost`; approvals need them named.
    `session_hours` is how long somebody stays signed in.
    """

    model_config = STRICT
    rp_id: Annotated[str, AfterValidator(_host)] = ""
    origins: Annotated[list[Annotated[str, AfterValidator(_origin)]], Field(max_length=20)] = []
    session_hours: int = Field(default=12, ge=1, le=24 * 30)

    @model_validator(mode="after")
    def _one_site(self) -> WebAuthn:
        if bool(self.rp_id) != bool(self.origins):
            raise ValueError("`rp_id` and `origins` go together")
        for origin in self.origins:
            host = urlsplit(origin).hostname or ""
            if host != self.rp_id and not host.endswith(f".{self.rp_id}"):
                raise ValueError(f"{origin} is not of {self.rp_id}, so no browser would offer its passkeys there")
        return self
