"""What an answer of GitHub that is no success means: whether to wait, to look again, or which error it is. Pure.

Nothing of the request is in an error, and what GitHub said is in it only after the key was taken out of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.errors import CheckFailed, LaneshiftError, NeedsPerson

_SHOWN = 400
_MANY = 10


class Lost(CheckFailed):
    """Nobody knows whether GitHub has done what it was asked: it has to be looked at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0 is no answer at all. `headers` have lower-case names; `said` is the decoded body, None for none."""

    status: int
    headers: Mapping[str, str]
    said: Any = None


def pause_of(answer: Answer, now: float) -> float | None:
    """For how many seconds to wait before asking again, where there were too many requests; None for another answer.

    `now` is in unix seconds.
    """
    if answer.status not in (403, 429):
        return None
    after, left = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-remaining", "")
    if re.fullmatch(r"\d{1,6}", after):
        return float(after)
    if left == "0":
        reset = answer.headers.get("x-ratelimit-reset", "")
        return max(1.0, float(reset) - now) if re.fullmatch(r"\d{1,12}", reset) else 60.0
    return 60.0 if answer.status == 429 or "rate limit" in _message(answer).lower() else None


def error_of(answer: Answer, what: str, token: str) -> LaneshiftError:
    """The error that an answer means. `what` was wanted, such as `open a pull request in owner/name`."""
    said = redacted(_message(answer), token)
    if answer.status == 0 or answer.status >= 500:
        why = said or (f"it answered {answer.status}" if answer.status else "there was no answer")
        return Lost("forge.unavailable", f"GitHub could not {what}", why=why, cure="laneshift resume, in a while")
    if answer.status == 401:
        cure = "give the variable of forge.token_env a key that is valid"
        return NeedsPerson(
            "forge.bad-token", f"GitHub does not take the key, so it could not {what}", why=said, cure=cure
        )
    if answer.status == 403:
        cure = "a key that may write pull requests, issues and commit statuses of forge.repository"
        return NeedsPerson("forge.forbidden", f"GitHub does not let this key {what}", why=said, cure=cure)
    if answer.status in (404, 410):
        cure = "look at forge.repository; a key that may not see a repository is told that there is none"
        return CheckFailed("forge.not-found", f"GitHub has nothing there to {what}", why=said, cure=cure)
    if answer.status in (301, 302, 307, 308):
        cure = "set forge.repository to its new name"
        return CheckFailed(
            "forge.moved", f"GitHub has moved what was asked for, so it did not {what}", why=said, cure=cure
        )
    cure = "look at what GitHub says of each field"
    return CheckFailed(
        "forge.not-accepted", f"GitHub did not {what}", where=f"status {answer.status}", why=said, cure=cure
    )


def too_many(what: str, patience: int) -> LaneshiftError:
    """The error for a forge that asks to wait for longer than anybody wants to."""
    return CheckFailed(
        "forge.rate-limited",
        f"GitHub asks for more patience than {patience} s before it will {what}",
        why="there were too many requests with this key",
        cure="laneshift resume, later; or raise forge.patience",
    )


def redacted(text: str, token: str) -> str:
    """`text` in one line without the key, as far as it is shown."""
    plain = text.replace(token, "***") if token else text
    return "".join(c if c.isprintable() else " " for c in plain)[:_SHOWN].strip()


def _message(answer: Answer) -> str:
    said = answer.said
    if not isinstance(said, dict):
        return ""
    errors = said.get("errors")
    parts = [str(said.get("message", "")), *map(_one, errors[:_MANY] if isinstance(errors, list) else [])]
    return "; ".join(part for part in parts if part)


def _one(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    told = (str(error.get(name) or "") for name in ("resource", "field", "code", "message"))
    return " ".join(part for part in told if part)
