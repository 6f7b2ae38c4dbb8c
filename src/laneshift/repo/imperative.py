"""Whether a commit's subject begins with an imperative. A judgement by form: what it does not know, it lets pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[a-z]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


_VERBS = _words(
    "add allow apply avoid bump change check clean convert correct create delete disable document drop enable "
    "ensure export extract fix handle implement improve include integrate introduce land lift make merge migrate "
    "move prevent promote refactor remove rename replace restore return revert rewrite run simplify split start "
    "stop support test turn update upgrade use write"
)
_PAST = _words(
    "made ran wrote written rewrote rewritten built rebuilt kept sent found began broke broken chose chosen did done "
    "gave given got gotten went gone held lost took taken taught thought threw thrown told understood was were been "
    "had has is are won brought bought caught came became drew drawn fell felt flew forgot froze frozen grew hid "
    "hidden knew known meant met rose sang saw seen sold spoke stole swore taken tore wore withdrew"
)
_NO_VERBS = _words(
    "a an the this that these those it its we i you they he she my our your new some more many no not also just "
    "and or but because when while if in on of from with without for to by at as into minor various several misc wip"
)
_IMPERATIVE_ING = _words("bring ring sing string spring wing sting swing sling fling cling ping")
_IMPERATIVE_ED = _words("need feed seed embed speed shed proceed exceed succeed breed bleed heed weed shred sled wed")
_NO_THIRD_PERSON = ("ss", "us", "is", "as")
_SHORTEST = 3


def _forms(verb: str) -> Iterator[str]:
    """The forms of a verb that say what was or is being done."""
    stem = verb[:-1] if verb.endswith("e") else verb
    ied = verb[:-1] + "i" if verb.endswith("y") else ""
    yield from (f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing", f"{stem}{stem[-1]}ed", f"{stem}{stem[-1]}ing")
    if ied:
        yield from (f"{ied}es", f"{ied}ed")


_OTHER_FORMS = (frozenset(form for verb in _VERBS for form in _forms(verb)) | _PAST | _NO_VERBS) - _VERBS


def is_imperative(subject: str) -> bool:
    """Whether the first word of `subject` can be an imperative.

    Known other forms of common verbs are refused, and words that end as only other forms do: `-ed`, `-ing`, `-s`. A
    first word that is more than lower case letters (a name, a path) is refused as well: it says nothing to do.
    """
    first = subject.split(maxsplit=1)[0].rstrip(",:;") if subject.split() else ""
    word = first.lower()
    if not word or word in _OTHER_FORMS:
        return False
    if not _WORD.fullmatch(word) or len(word) <= _SHORTEST:
        return re.match(r"[^\W\d_]", word) is not None and "/" not in word and "." not in word and "_" not in word
    if word.endswith("ing"):
        return word in _IMPERATIVE_ING or any(word.endswith(each) for each in ("string", "bring"))
    if word.endswith("ed"):
        return word in _IMPERATIVE_ED
    return not word.endswith("s") or word.endswith(_NO_THIRD_PERSON)
