"""How the keys of a repository stand: quiet, due, overdue, missing; and the issue that asks a person to rotate one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from laneshift.evidence.keys.ages import Limits, age, days_old
from laneshift.evidence.keys.key import Key
from laneshift.evidence.keys.port import PURPOSES
from laneshift.evidence.keys.ring import KeyRing
from laneshift.forge.port import Issues
from laneshift.runs.workshop import Workshop

Standing = Literal["quiet", "due", "overdue", "missing", "no-key"]
_ISSUE = "keys-{}"


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """One purpose: its key, how old that is, and how it stands. `key` is empty where there is none."""

    purpose: str
    standing: Standing
    what: str
    key: str = ""
    days: int = 0
    issue: int = 0

    @property
    def fails(self) -> bool:
        """Whether a check of the keys fails by it."""
        return self.standing in ("overdue", "missing")


def check_keys(shop: Workshop, ring: KeyRing, limits: Limits, issues: Issues) -> list[KeyCheck]:
    """Look at the active key of each purpose; open or update an issue where something is to do, close it otherwise."""
    now = shop.clock() * 1000
    return [_with_issue(shop, found, limits, issues, now) for found in judged(ring, limits, now)]


def judged(ring: KeyRing, limits: Limits, now: int) -> Iterator[KeyCheck]:
    """How each purpose stands at `now` (Unix milliseconds). Pure but for looking whether private halves are here."""
    for purpose in PURPOSES:
        yield _judged(ring, ring.active(purpose), purpose, limits, now)


def check_exported(ring: KeyRing, limits: Limits, now: int) -> list[KeyCheck]:
    """The ages in a ring at `now` (Unix milliseconds): no issue is made, and no private half is looked for."""
    return [_aged(ring, ring.active(purpose), purpose, limits, now) for purpose in PURPOSES]


def _judged(ring: KeyRing, key: Key | None, purpose: str, limits: Limits, now: int) -> KeyCheck:
    if key is not None and (ring.vault is None or not ring.vault.holds(key.id)):
        return KeyCheck(purpose, "missing", "its private half is not on this machine", key.id, days_old(key, now))
    return _aged(ring, key, purpose, limits, now)


def _aged(ring: KeyRing, key: Key | None, purpose: str, limits: Limits, now: int) -> KeyCheck:
    if key is None:
        if any(each.purpose == purpose for each in ring.keys):
            return KeyCheck(purpose, "missing", "its last key was revoked or retired, and none signs in its place")
        return KeyCheck(purpose, "no-key", "nobody made a key, so nothing is signed")
    old = days_old(key, now)
    standing = age(key, now, limits)
    words = {
        "quiet": f"{old} days old; rotation is due from day {limits.warn}",
        "due": f"{old} days old; rotate it before day {limits.days}",
        "overdue": f"{old} days old; it should have been rotated by day {limits.days}",
    }
    return KeyCheck(purpose, standing, words[standing], key.id, old)


def _with_issue(shop: Workshop, found: KeyCheck, limits: Limits, issues: Issues, now: int) -> KeyCheck:
    name = _ISSUE.format(found.purpose)
    if found.standing in ("quiet", "no-key"):
        issues.close(name, found.what)
        return found
    title = f"Rotate the {found.purpose} key"
    body = (
        f"{found.key or 'The key'}: {found.what}.\n\n    laneshift keys rotate --purpose {found.purpose} --reason ...\n"
    )
    issue = issues.put(name, title, body)
    facts = {"purpose": found.purpose, "standing": found.standing, "days": found.days, "issue": issue.number}
    entry = f"keys/{found.key or found.purpose}/warned/{found.standing}"
    shop.journal.append(entry, "key.warned", {"key": found.key, **facts, "limit": limits.days}, at=now)
    return KeyCheck(found.purpose, found.standing, found.what, found.key, found.days, issue.number)
