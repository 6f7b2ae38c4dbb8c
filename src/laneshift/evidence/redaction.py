"""Secrets are taken out of values before anything is written. Pure; every pattern runs in linear time.

Two things give a secret away: the name it stands under (`password`, `github_token`, `Authorization`) and its own form
(`ghp_…`, `AKIA…`, a PEM private key, a password in a URL). Digests and counters stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from laneshift.errors import Refused
from laneshift.evidence.canonical import Json

MASK = "[redacted]"
# A search for fixed words is a hundred times faster than these patterns, and most texts hold none of the words.
_TELLING_HINTS = ("passw", "passphrase", "secret", "token", "credential", "authorization", "cookie", "key")
_FORM_HINTS = (
    *("PRIVATE KEY", "AKIA", "ASIA", "AGPA", "AROA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    *("xox", "sk-", "sk_", "AIza", "npm_", "pypi-", "AGE-SECRET-KEY", "eyJ"),
)
_SCHEME_HINTS = ("bearer", "basic")
_ANY_CASE_HINTS = (*_TELLING_HINTS, *_SCHEME_HINTS, "_pwd")
_TELLING = (
    r"pass(?:word|wd|phrase)|secret|token|credentials?|authorization|cookie"
    r"|(?:api|access|private|secret)[ _-]?key"
)
_SECRET_NAME = re.compile(rf"(?:{_TELLING}|_pwd)s?\Z", re.IGNORECASE)
_NEVER_A_NUMBER = re.compile(r"pass(?:word|wd|phrase)\Z", re.IGNORECASE)
_FLAG = re.compile(rf"--?[\w-]{{0,64}}?(?:{_TELLING})s?\Z", re.IGNORECASE)

_FORMS = re.compile(
    r"(?=[-Agxlsnpe])(?:-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|.*)"
    r"|(?:AKIA|ASIA|AGPA|AROA)[0-9A-Z]{16}(?![0-9A-Z])"
    r"|gh[pousr]_[A-Za-z0-9]{16,}"
    r"|github_pat_[A-Za-z0-9_]{16,}"
    r"|glpat-[A-Za-z0-9_-]{16,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk-[A-Za-z0-9_-]{20,}"
    r"|\bsk_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|\blsk_[0-9a-f]{12}_[0-9a-f]{16,}"
    r"|AIza[0-9A-Za-z_-]{30,}"
    r"|\bnpm_[A-Za-z0-9]{30,}"
    r"|\bpypi-[A-Za-z0-9_-]{40,}"
    r"|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*)",
    re.DOTALL,
)
_VALUE = (
    r"""(?:(?:bearer|basic|digest|token)\s+)?(?:\\+["'][^"']*["']?|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s"']+)"""
)
_ASSIGNED = re.compile(
    rf"""((?=[pstcaPSTCA])(?:{_TELLING})s?\\?["']?\s{{0,8}}[=:]\s{{0,8}})(?!\[redacted\])({_VALUE})""", re.IGNORECASE
)
_SCHEME = re.compile(r"\b((?:bearer|basic)\s+)(?=\S*[0-9=])([A-Za-z0-9._~+/=-]{12,})", re.IGNORECASE)
_ARGUMENT = re.compile(rf"((?<!\S)--?[\w-]{{0,64}}?(?:{_TELLING})s?\s+)(?![-\[])({_VALUE})", re.IGNORECASE)
_URL_USER = re.compile(r"(?<=://)(?!git@|\[redacted\]@)[^\s/?#\"'<>]*@")


def says_nothing(text: str) -> bool:
    """Whether canonical JSON has no word that a secret is told by, so that `redact` would leave all of it as it is.

    Most facts are such, and one look at their text is quicker than one at each name and value. None of the words holds
    anything that JSON escapes. Where letters are not ASCII the answer is no: some count as others without their case.
    """
    return text.isascii() and not (
        "://" in text or _has_any(text, _FORM_HINTS) or _has_any(text.lower(), _ANY_CASE_HINTS)
    )


def redact(value: Json) -> Json:
    """`value` (plain JSON) with every secret replaced by `[redacted]`.

    Raises `Refused` (`evidence.secret-in-name`) for an object name that holds a secret: masked names could collide.
    """
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, list):
        return _redact_list(value)
    if isinstance(value, Mapping):
        return {name: _redact_member(name, part) for name, part in value.items()}
    return value


def redact_text(text: str) -> str:
    """`text` with every secret in it replaced; the words around it stay."""
    if _has_any(text, _FORM_HINTS):
        text = _FORMS.sub(MASK, text)
    if "://" in text:
        text = _URL_USER.sub(f"{MASK}@", text)
    lowered = text.lower()
    if _has_any(lowered, _SCHEME_HINTS):
        text = _SCHEME.sub(rf"\1{MASK}", text)
    if _has_any(lowered, _TELLING_HINTS):
        text = _ARGUMENT.sub(rf"\1{MASK}", _ASSIGNED.sub(rf"\1{MASK}", text))
    return text


def has_secret(text: str) -> bool:
    """Whether `redact_text` would change `text`."""
    return redact_text(text) != text


def has_token(text: str) -> bool:
    """Whether a token or private key stands in `text`, by its own form alone and whatever it is called."""
    return _has_any(text, _FORM_HINTS) and _FORMS.search(text) is not None


def _redact_member(name: str, value: Json) -> Json:
    is_secret, tells = _judge(name)
    if is_secret:
        raise Refused("evidence.secret-in-name", "an object name holds a secret", where=redact_text(name)[:80])
    return _mask(name, value) if tells else redact(value)


@lru_cache(maxsize=4096)
def _judge(name: str) -> tuple[bool, bool]:
    """Whether an object's name is a secret, and whether what stands under it is one. Names come again and again."""
    return has_secret(name), _SECRET_NAME.search(name) is not None


def _has_any(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _redact_list(values: list[Json]) -> list[Json]:
    """Command lines come as lists: what follows `--password` is a secret whatever its form."""
    told = [False, *(isinstance(part, str) and _FLAG.match(part) is not None for part in values)]
    return [
        MASK if after and isinstance(part, str) and part and not part.startswith("-") else redact(part)
        for part, after in zip(values, told, strict=False)
    ]


def _mask(name: str, value: Json) -> Json:
    """Mask all text under a secret name. Numbers stay (a fencing token is a counter), except under passwords."""
    if isinstance(value, str):
        return MASK if value else value
    if isinstance(value, list):
        return [_mask(name, part) for part in value]
    if isinstance(value, Mapping):
        return {inner: _mask(name, part) for inner, part in value.items()}
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return MASK if is_number and _NEVER_A_NUMBER.search(name) else value
