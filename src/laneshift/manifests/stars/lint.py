"""What is wrong with star rules: by themselves, and when they are tried on the modules of a tree. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from laneshift.errors import Fault
from laneshift.lanes.globs import first_match
from laneshift.manifests.stars.canon import REST, Canon
from laneshift.manifests.stars.evidence import Subject, hits, is_excluded
from laneshift.manifests.stars.patterns import PatternError, compiled, nests_repeats
from laneshift.manifests.stars.rule_file import Rule, Rules

FEWEST = 5
"""With fewer modules than this a rule that hits all of them is no finding: any good rule may."""


def unusable(rules: Rules, canon: Canon, where: str) -> tuple[Fault, ...]:
    """What keeps rules from being used at all: stars that are not canonical, expressions that do not compile."""
    return tuple(_unusable(rules, canon, where))


def doubtful(rules: Rules, subjects: Sequence[Subject], where: str) -> tuple[Fault, ...]:
    """Rules that work and should not stand as they do: repeats in repeats, twins, hitting nothing or everything.

    Rules that `unusable` names are not tried. Excluded modules do not count.
    """
    counted = [subject for subject in subjects if not is_excluded(rules, subject.path)]
    found: list[Fault] = []
    seen: dict[tuple[str, str, str], int] = {}
    for at, rule in enumerate(rules.rules, start=1):
        place = _place(where, at, rule)
        found.extend(_twins(rule, at, seen, place))
        if any(_problem(text) for text in _patterns(rule)):
            continue
        found.extend(_nested(rule, place))
        found.extend(_reach(rule, counted, place))
    found.extend(_idle_denials(rules, subjects, where))
    return tuple(found)


def _unusable(rules: Rules, canon: Canon, where: str) -> Iterator[Fault]:
    named = [(rule.star, _place(where, at, rule)) for at, rule in enumerate(rules.rules, start=1)]
    named += [(denial.star, f"{where}: deny {at}") for at, denial in enumerate(rules.deny, start=1)]
    for star, place in named:
        if star not in canon.ids:
            yield Fault("stars.not-canonical", place, f"{star!r} is not the id of a star", _meant(canon, star))
    for at, rule in enumerate(rules.rules, start=1):
        place = _place(where, at, rule)
        if rule.star == REST:
            yield Fault("stars.rest-by-rule", place, f"{REST} is what is left over, no rule gives it", "leave it out")
        for text in _patterns(rule):
            if problem := _problem(text):
                yield Fault("stars.bad-regex", place, f"{text[:80]!r} {problem}", "write it as RE2 reads it")


def _meant(canon: Canon, star: str) -> str:
    known = canon.get(star)
    if known is not None:
        return f"write {known.id!r}"
    close = canon.close(star)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else f"known: {', '.join(canon.ids)}"


def _patterns(rule: Rule) -> Sequence[str]:
    return rule.match if rule.kind == "path_regex" else ()


def _problem(pattern: str) -> str:
    try:
        compiled(pattern)
    except PatternError as error:
        return str(error)
    return ""


def _nested(rule: Rule, place: str) -> Iterator[Fault]:
    for text in _patterns(rule):
        if nests_repeats(text):
            what = f"{text[:80]!r} repeats what repeats: exponential time in an engine that goes back"
            yield Fault("stars.catastrophic-regex", place, what, "take one of the two repeats away")


def _twins(rule: Rule, at: int, seen: dict[tuple[str, str, str], int], place: str) -> Iterator[Fault]:
    for text in rule.match:
        first = seen.setdefault((rule.star, rule.kind, text.casefold()), at)
        if first != at:
            yield Fault("stars.twin-rule", place, f"{text[:80]!r} is in rule {first} already", "keep one of them")


def _reach(rule: Rule, subjects: Sequence[Subject], place: str) -> Iterator[Fault]:
    count = sum(any(True for _ in hits(rule, subject)) for subject in subjects)
    if not count:
        what = f"never hits: none of {len(subjects)} module(s)"
        yield Fault("stars.never-hits", place, what, "mend it, or take it away")
    elif count == len(subjects) >= FEWEST:
        what = f"hits everything: all of {count} modules"
        yield Fault("stars.hits-everything", place, what, "a rule that tells nothing apart says nothing: narrow it")


def _idle_denials(rules: Rules, subjects: Sequence[Subject], where: str) -> Iterator[Fault]:
    for at, denial in enumerate(rules.deny, start=1):
        if not any(first_match(denial.paths, subject.path) for subject in subjects):
            what = f"denies nothing: no module is in {', '.join(denial.paths)[:80]}"
            yield Fault("stars.idle-denial", f"{where}: deny {at}", what, "mend the glob, or take it away")


def _place(where: str, at: int, rule: Rule) -> str:
    return f"{where}: rule {at} ({rule.kind}, {rule.star})"
