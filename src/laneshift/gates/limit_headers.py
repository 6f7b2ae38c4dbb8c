"""Reading the rate-limit headers of a series of responses to one client. Pure.

Known are `RateLimit` with `remaining=` or `r=` (the IETF drafts), `RateLimit-Remaining` and its older `X-` spellings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from itertools import pairwise

REFUSED = 429
_PLAIN = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_DRAFT = re.compile(r"(?:^|[;,\s])(?:remaining|r)\s*=\s*(\d{1,15})", re.IGNORECASE)
_LEAST = 2


def remaining(headers: Mapping[str, str]) -> int | None:
    """How many requests are left, as a response says; None when it does not. Names are in lower case."""
    for name in _PLAIN:
        found = re.match(r"\s*(\d{1,15})\b", headers.get(name, ""))
        if found:
            return int(found[1])
    found = _DRAFT.search(headers.get("ratelimit", ""))
    return int(found[1]) if found else None


def faults_in(answers: Sequence[tuple[int, Mapping[str, str]]], most: int) -> list[str]:
    """What is wrong with the limit that the answers (status, headers) show; empty for a real one.

    `most` is how many requests were allowed to be sent. The last answer is the 429, if there was one.
    """
    served = [headers for status, headers in answers if status != REFUSED]
    bad = []
    left = [remaining(headers) for headers in served]
    bare = sum(value is None for value in left)
    if not served:
        bad.append("the very first request was refused: no request is let through")
    elif bare:
        bad.append(f"{bare} of {len(served)} responses carry no rate-limit header")
    elif len(served) < _LEAST:
        bad.append("one request alone was let through: whether the values change cannot be seen")
    else:
        bad += _constant([value for value in left if value is not None])
    if answers[-1][0] != REFUSED:
        return [*bad, f"{len(answers)} requests did not end in 429 (gates.rate-limits.requests is {most})"]
    if not _is_retry_after(answers[-1][1].get("retry-after", "")):
        bad.append("the 429 has no Retry-After that is a number of seconds or a date")
    return bad


def _constant(left: Sequence[int]) -> list[str]:
    pairs = list(pairwise(left))
    still = sum(before == after for before, after in pairs)
    if still == len(pairs):
        return [f"what remains is always {left[0]}: a constant limits nothing"]
    # A bucket that is filled while it is emptied may show one value twice now and then.
    if still * 2 > len(pairs):
        return [f"what remains did not change between {still} of {len(pairs)} pairs of responses"]
    if left[-1] >= left[0]:
        return [f"what remains rose from {left[0]} to {left[-1]} while requests were made"]
    return []


def _is_retry_after(text: str) -> bool:
    if re.fullmatch(r"\d{1,10}", text.strip()):
        return True
    try:
        parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return False
    return True
