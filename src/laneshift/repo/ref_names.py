"""Which names a ref may have, and how any text becomes a safe part of one. Pure."""

from __future__ import annotations

import hashlib
import re

from laneshift.errors import Refused

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=,")
_LONGEST_NAME = 1024
_LONGEST_COMPONENT = 200
_KEPT = 120


def is_valid(ref: str) -> bool:
    """Whether `ref` is a full ref name by the rules of git-check-ref-format, no part of which looks like an option."""
    if not ref.startswith("refs/") or len(ref) > _LONGEST_NAME or _FORBIDDEN.search(ref):
        return False
    try:
        ref.encode()
    except UnicodeEncodeError:
        return False
    parts = ref.split("/")
    return len(parts) > 2 and all(map(_is_valid_part, parts)) and not ref.endswith(".")


def check(ref: str) -> str:
    """`ref` itself. Raises `Refused` (`refs.bad-name`) when it is not a valid full name."""
    if not is_valid(ref):
        raise Refused("refs.bad-name", f"{ref[:200]!r} is not a full ref name such as refs/heads/main")
    return ref


def component(text: str) -> str:
    """One part of a ref name for any non-empty text. Two texts never give the same part.

    Letters, digits, `_-+=,` and inner dots stay; each other byte of the UTF-8 form becomes `%XX`. A long text ends in
    `%%` and its digest, which the plain form cannot contain. Raises `Refused` for an empty text.
    """
    if not text:
        raise Refused("refs.empty-name", "an empty text cannot name a branch")
    raw = text.encode("utf-8", "surrogatepass")
    quoted = "".join(_quoted(raw, position) for position in range(len(raw)))
    if len(quoted) <= _LONGEST_COMPONENT:
        return quoted
    head = re.sub(r"%[0-9A-F]?$", "", quoted[:_KEPT])
    return f"{head}%%{hashlib.sha256(raw).hexdigest()}"


def item_ref(batch: str, item: str) -> str:
    """The branch of one item: `refs/heads/laneshift/<batch>/<item>`."""
    return check(f"refs/heads/laneshift/{component(batch)}/{component(item)}")


def _is_valid_part(part: str) -> bool:
    return bool(part) and not part.startswith((".", "-")) and not part.endswith(".lock")


def _quoted(raw: bytes, position: int) -> str:
    letter = chr(raw[position])
    first, last = position == 0, position == len(raw) - 1
    if letter == "." and not first and not last and raw[position - 1] != ord(".") and raw[position:] != b".lock":
        return letter
    if letter in _PLAIN and not (first and letter == "-"):
        return letter
    return f"%{raw[position]:02X}"
