"""The two cookies: that of a session, and that of a browser in the middle of a ceremony. Never read by scripts."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from laneshift.server.auth.passkeys.challenges import SECONDS

_SESSION, _CEREMONY = "laneshift_session", "laneshift_ceremony"
_HOST = "__Host-"
"""Browsers take such a cookie only by https, for this very host, and from no other one below the same name."""


def session_in(asked: HTTPConnection, *, secure: bool) -> str:
    """The text of the session that the request has, "" for none."""
    return asked.cookies.get(_name(_SESSION, secure), "")


def ceremony_in(asked: HTTPConnection, *, secure: bool) -> str:
    """The text that the browser was given with its challenge, "" for none."""
    return asked.cookies.get(_name(_CEREMONY, secure), "")


def set_session(answer: Response, text: str, seconds: int, *, secure: bool) -> None:
    """Have the browser keep a session."""
    _set(answer, _name(_SESSION, secure), text, seconds, secure)


def set_ceremony(answer: Response, text: str, *, secure: bool) -> None:
    """Have the browser keep the text that it needs for its answer."""
    _set(answer, _name(_CEREMONY, secure), text, SECONDS, secure)


def end_session(answer: Response, *, secure: bool) -> None:
    """Have the browser forget its session."""
    _set(answer, _name(_SESSION, secure), "", 0, secure)


def _name(name: str, secure: bool) -> str:
    return f"{_HOST}{name}" if secure else name


def _set(answer: Response, name: str, text: str, seconds: int, secure: bool) -> None:
    answer.set_cookie(name, text, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")
