"""What is asked to be recorded, checked and made ready for the chain, whatever the journal is kept in."""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from laneshift import __version__
from laneshift.errors import Refused
from laneshift.evidence.canonical import Json, plain, written
from laneshift.evidence.records import Record, seal
from laneshift.evidence.redaction import has_secret, redact, says_nothing

_LARGEST_FACTS = 1 << 20
_LONGEST_TEXT = 512


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, before it has its place in the chain. `at` is Unix milliseconds."""

    key: str
    kind: str
    facts: Json
    at: int
    actor: str

    def sealed(self, after: tuple[int, str, str]) -> Record:
        """The record that follows the one with this number, digest and key."""
        seq, tip, tip_key = after
        return seal(
            seq=seq + 1,
            key=self.key,
            kind=self.kind,
            at=self.at,
            actor=self.actor,
            tool=__version__,
            facts=self.facts,
            after=(tip, tip_key),
        )

    def became(self, record: Record) -> bool:
        """Whether `record` was made of this very entry, and is not an equal one that was there before."""
        return record.facts is self.facts


def entry(key: str, kind: str, facts: Mapping[str, Json], at: int | None, actor: str) -> Entry:
    """The checked entry; secrets in `facts` become `[redacted]`, and `at` is by default now.

    Raises `Refused` for a malformed or secret key, kind or actor, for facts that are not canonical JSON or exceed
    1 MiB, and for a time that is none.
    """
    label("key", key)
    label("kind", kind)
    label("actor", actor)
    content = _clean(facts)
    return Entry(key, kind, content, time.time_ns() // 1_000_000 if at is None else _time(at), actor)


def actor_or_user(actor: str) -> str:
    """`actor`, or the name of the user who runs this process. Raises `Refused` when it cannot be an actor."""
    return label("actor", actor or _user())


def label(name: str, text: str) -> str:
    """`text` if it is fit to be a key, a kind or an actor: printable, at most 512 characters, no secret in it."""
    if not text or len(text) > _LONGEST_TEXT or not text.isprintable():
        raise Refused("evidence.bad-label", f"the {name} must be 1 to {_LONGEST_TEXT} printable characters", where=name)
    if has_secret(text):
        raise Refused("evidence.secret-in-name", f"the {name} of a record holds a secret", where=name)
    return text


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}"


def _clean(facts: Mapping[str, Json]) -> Json:
    content = plain(facts)
    text = written(content)
    if not says_nothing(text.decode()):
        content = redact(content)
        text = written(content)
    if len(text) > _LARGEST_FACTS:
        raise Refused(
            "evidence.facts-too-large",
            f"the facts of a record exceed {_LARGEST_FACTS} bytes",
            cure="store the content as an evidence file and record its digest",
        )
    return content


def _time(at: int) -> int:
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < 1 << 53:
        raise Refused("evidence.bad-time", "a time is a whole number of Unix milliseconds", where="at")
    return at
