"""Check a commit message in the T4 form: every fault at once, each with its line. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from laneshift.errors import Fault
from laneshift.repo.imperative import is_imperative
from laneshift.repo.message_form import FIRST_LINE, HEADER, TYPES, Reading, all_shown, fault, read

_DIGEST_TRAILERS = frozenset({"laneshift-intent", "laneshift-evidence"})
_SINGLE_TRAILERS = frozenset({"laneshift-item", *_DIGEST_TRAILERS})
_PERSON_TRAILERS = frozenset({"co-authored-by", "signed-off-by", "reviewed-by", "acked-by", "tested-by"})
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_PERSON = re.compile(r"[^<>]+ <[^<>\s]+@[^<>\s]+>\Z")
_SHOWN_SCOPES = 30


def check(text: str, scopes: Collection[str]) -> list[Fault]:
    """Everything that is wrong with a commit message; empty when nothing is. `where` is `message:LINE`, from 1.

    `scopes` are the lanes and the scopes of the configuration. Give the text as git stores it, without comment lines.
    """
    found = read(text)
    return [*character_faults(text), *_header_faults(found.first_line, scopes), *found.faults, *_value_faults(found)]


def character_faults(text: str) -> Iterator[Fault]:
    """A fault for each line with characters that nobody sees."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not all_shown(line.removesuffix("\r").replace("\t", " ")):
            yield fault("hidden-character", number, "the line has characters that cannot be seen")


def _header_faults(line: str, scopes: Collection[str]) -> Iterator[Fault]:
    if len(line) > FIRST_LINE:
        yield fault("too-long", 1, f"the first line has {len(line)} characters, {FIRST_LINE} is the limit")
    header = HEADER.match(line)
    if header is None:
        yield fault("first-line", 1, "not `type(scope): subject`")
        return
    if header["type"] not in TYPES:
        yield fault("type", 1, f"type {header['type']!r} is unknown", f"one of {', '.join(TYPES)}")
    if header["scope"] not in scopes:
        shown = ", ".join(sorted(scopes)[:_SHOWN_SCOPES])
        cure = f"one of {shown}" if scopes else "add it to commit_scopes"
        yield fault("scope", 1, f"scope {header['scope']!r} is unknown", cure)
    subject = header["subject"]
    if subject.rstrip().endswith("."):
        yield fault("full-stop", 1, "the subject ends with a full stop")
    if not is_imperative(subject):
        cure = "say what the commit does: `add`, `move`, `fix`"
        yield fault("not-imperative", 1, f"{subject.split()[0]!r} is not imperative", cure)


def _value_faults(found: Reading) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, (key, value) in zip(found.trailer_lines, found.trailers, strict=True):
        name = key.lower()
        if name in _DIGEST_TRAILERS and not _DIGEST.match(value):
            yield fault("trailer-digest", number, f"{key} is not `sha256:` and 64 digits")
        if name in _PERSON_TRAILERS and not _PERSON.match(value):
            yield fault("trailer-person", number, f"{key} is not `Name <address>`")
        if name in seen and name in _SINGLE_TRAILERS:
            yield fault("trailer-twice", number, f"a second {key}")
        seen.add(name)
