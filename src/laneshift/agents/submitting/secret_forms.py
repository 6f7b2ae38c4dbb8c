"""Secrets in lines of code, with few false alarms: tokens by their form, and random texts under telling names. Pure.

Every pattern runs in linear time. Placeholders, words and calls under such names are no secrets.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from laneshift.evidence.redaction import has_token

_FORMS = re.compile(
    r"(?:(?<![A-Za-z0-9])(?:"
    r"dop_v1_[0-9a-f]{60,}|doo_v1_[0-9a-f]{60,}|dckr_pat_[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{30,}|shp(?:at|ca"
    r"|pa|ss)_[0-9a-fA-F]{32}"
    r"|SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{30,}|rk_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{24,}"
    r"|glrt-[A-Za-z0-9_-]{20,}|glptt-[0-9a-f]{30,}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}|EAAC[A-Za-z0-9]{40,}"
    r"|ya29\.[A-Za-z0-9_-]{20,}|AC[0-9a-f]{32}(?![0-9a-f])|SK[0-9a-f]{32}(?![0-9a-f])|key-[0-9a-f]{32}(?![0-9a-f])"
    r"|xapp-\d-[A-Za-z0-9-]{20,}|lin_api_[A-Za-z0-9]{30,}|ntn_[A-Za-z0-9]{40,}|pul-[0-9a-f]{40}"
    r"|hvs\.[A-Za-z0-9_-]{24,}"
    r"|vault:v\d+:[A-Za-z0-9+/=]{30,}|AAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{100,}|sk-ant-[A-Za-z0-9_-]{20,}"
    r"|r8_[A-Za-z0-9]{36,}"
    r")|hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}"
    r"|discord(?:app)?\.com/api/webhooks/\d{15,}/[A-Za-z0-9_-]{50,}"
    r"|AccountKey=[A-Za-z0-9+/=]{60,})"
)
_TELLING = re.compile(
    r"(?:passw(?:or)?d|passphrase|secret|token|credential|api_?key|access_?key|private_?key|auth_?key|client_?key"
    r"|encryption_?key|signing_?key)s?[\w\]\"')]{0,24}\s{0,4}(?::\s{0,4}[\w.\[\]| ]{1,30})?(?:=|:|=>"
    r"|,)\s{0,4}[rbuf]{0,2}[\"']([^\"'\n]{12,200})[\"']",
    re.IGNORECASE,
)
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>{}$]{1,80}:([^\s/@\"'<>{}$%]{6,80})@")
_PLACEHOLDER = re.compile(
    r"(?:x{4,}|\*{3,}|\.{3}|<[^>]+>|example|dummy|fake|test|sample|change.?me|placeholder|your[_-]|redacted"
    r"|invalid|mock"
    r"|password|secret|1234|abcd|%\(|\{)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"/?[a-z0-9]+(?:[._/:-][a-z0-9]+)+|[A-Z]+(?:_[A-Z]+)*_?\d{0,3}")
_LEAST_BITS = 3.4
_LEAST_DIGITS = 2
_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY = re.compile(r"^\s*(?:[\w ]{0,40}[=:(]\s*)?[rbuf]{0,2}[\"'|]{0,3}\s*$|[A-Za-z0-9+/]{16}")


def secret_in(line: str) -> str:
    """Why this line holds a secret, without the secret; empty where it holds none."""
    # Code that looks for such a heading has it too: it begins a key where it stands alone, or the key follows.
    before, mark, after = _parted(line)
    if mark and (_KEY.search(after) if after.strip("\"' ,)\\") else _KEY.match(before) and not after.strip()):
        return "a private key"
    if has_token(_BLOCK.sub("", line)) or _FORMS.search(line):
        return "a token or key by its form"
    if any(not _PLACEHOLDER.search(found) for found in _URL.findall(line)):
        return "a password in an address"
    if any(_is_random(found) for found in _TELLING.findall(line)):
        return "a random text under a name that tells of a secret"
    return ""


def _parted(line: str) -> tuple[str, str, str]:
    found = _BLOCK.search(line)
    return (line[: found.start()], found[0], line[found.end() :]) if found else (line, "", "")


def _is_random(text: str) -> bool:
    """Whether a text looks made by chance: letters and digits mixed, no words, no path, no placeholder."""
    if _PLACEHOLDER.search(text) or re.search(r"[\s()]|://", text):
        return False
    if len(re.findall(r"\d", text)) < _LEAST_DIGITS or not re.search(r"[A-Za-z]", text) or _WORDS.fullmatch(text):
        return False
    return bits(text) >= _LEAST_BITS


def bits(text: str) -> float:
    """The entropy of a text in bits a character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
