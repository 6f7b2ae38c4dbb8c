"""What is wrong with star rules: each fault is put in and found."""

from __future__ import annotations

import re
import sys

import pytest

from laneshift.errors import Refused
from laneshift.manifests.stars import canon, rule_file
from laneshift.manifests.stars.lint import doubtful, unusable
from laneshift.manifests.stars.patterns import LONGEST, PatternError, compiled, nests_repeats
from tests.manifests.stars.test_evidence import CANON, rules, subject

SUBJECTS = [subject(f"acme/{name}", dependencies=("json",)) for name in ("auth", "db", "web", "cli", "core")]


def rule(match: str, star: str = "Watch", kind: str = "path_regex") -> str:
    return f"[[rules]]\nstar = '{star}'\nkind = '{kind}'\nmatch = '{match}'\n"


def codes(text: str) -> list[str]:
    read = rules(text)
    return [fault.code for fault in (*unusable(read, CANON, "r.toml"), *doubtful(read, SUBJECTS, "r.toml"))]


def test_a_good_rule_is_found_good() -> None:
    assert codes(rule("/auth$")) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (rule("(auth"), "stars.bad-regex"),
        (rule("auth(?=x)"), "stars.bad-regex"),
        (rule("(.)\\1"), "stars.bad-regex"),
        (rule("(a{1000}){1000}"), "stars.bad-regex"),
        (rule("a{1,1000}b{1,1000}"), "stars.bad-regex"),
        (rule("x" * (LONGEST + 1)), "stars.bad-regex"),
        (rule("/auth$", star="watch"), "stars.not-canonical"),
        (rule("/auth$", star="governance"), "stars.not-canonical"),
        (rule("/auth$", star="Wacht"), "stars.not-canonical"),
        (rule("/auth$", star="Supporting"), "stars.rest-by-rule"),
        (rule("nowhere"), "stars.never-hits"),
        (rule("numpy", kind="dependency_hint"), "stars.never-hits"),
        (rule("acme"), "stars.hits-everything"),
        (rule("json", kind="dependency_hint"), "stars.hits-everything"),
        (rule("/auth$") * 2, "stars.twin-rule"),
        (rule("(auth/?)+$"), None),
        (rule("(a*u*t*h*)+$"), "stars.catastrophic-regex"),
        (rule("/auth$") + "[[deny]]\nstar = 'Flow'\npaths = ['nowhere/**']\nreason = 'r'\n", "stars.idle-denial"),
        (rule("/auth$") + "[[deny]]\nstar = 'flow'\npaths = ['acme/**']\nreason = 'r'\n", "stars.not-canonical"),
    ],
)
def test_each_fault_is_found(text: str, code: str | None) -> None:
    found = codes(text)
    assert (code in found) if code else found == []


def test_the_cure_names_what_was_meant() -> None:
    for star, cure in (("watch", "write 'Watch'"), ("governance", "write 'Watch'"), ("Wacht", "did you mean 'Watch'?")):
        fault = unusable(rules(rule("/auth$", star=star)), CANON, "r.toml")[0]
        assert (fault.cure, fault.where) == (cure, f"r.toml: rule 1 (path_regex, {star})")


def test_an_expression_that_would_run_for_ever_elsewhere_ends_here() -> None:
    text = "a" * 3999 + "!"
    assert not compiled("(a+)+$")(text)
    assert not compiled("(a|aa)+$")(text)
    assert not compiled("(.*a){20}b")(text)
    assert compiled("A+!$")("aaa!")
    assert compiled("a")(text)
    assert not compiled("a")(text + "a")


@pytest.mark.parametrize("pattern", ["(a+)+", "(?:a*)*", "((ab)*c)+", "(a{2,})+", "([)]*)*", "(\\(a+)+", "((a+)b)*"])
def test_repeats_in_repeats_are_seen(pattern: str) -> None:
    re.compile(pattern)
    assert nests_repeats(pattern)


@pytest.mark.parametrize("pattern", ["(a|b)+c*", "([a+]+)?", "a{2,}", "(a+){2}", "\\(a+\\)+", "(a{2,5})+", "[(a+)]+"])
def test_repeats_beside_repeats_are_not(pattern: str) -> None:
    re.compile(pattern)
    assert not nests_repeats(pattern)


def test_a_pattern_says_why_it_cannot_be_used() -> None:
    with pytest.raises(PatternError, match="invalid perl operator"):
        compiled("(?=x)")


def test_without_the_engine_rules_are_refused_and_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(Refused) as error:
        compiled("an expression that was not compiled before")
    assert (error.value.code, error.value.cure) == ("stars.no-engine", "pip install 'laneshift[stars]'")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xff", "TOML"),
        (b"rules = 3", "rules"),
        (b"[[rules]]\nstar='A'\nkind='guess'\nmatch='x'\n", "kind"),
        (b"[weights]\npath_regex = 1.5\n[[rules]]\nstar='A'\nkind='path_regex'\nmatch='x'\n", "weights.path_regex"),
        (b"[thresholds]\nmin_suggest = 0.9\n[[rules]]\nstar='A'\nkind='path_regex'\nmatch='x'\n", "min_autopromote"),
        (b"exclude = ['../x']\n[[rules]]\nstar='A'\nkind='path_regex'\nmatch='x'\n", "exclude"),
        (b"[weigths]\n[[rules]]\nstar='A'\nkind='path_regex'\nmatch='x'\n", "weigths"),
    ],
)
def test_a_file_of_rules_that_cannot_be_read_says_where(data: bytes, word: str) -> None:
    with pytest.raises(Refused) as error:
        rule_file.parse(data, "r.toml")
    assert error.value.code == "stars.bad-rules"
    assert any(word in fault.what for fault in error.value.faults)


def star(name: str, emoji: str, *aliases: str) -> str:
    return f"[[stars]]\nid = '{name}'\nemoji = '{emoji}'\ndomain = 'd'\naliases = {list(aliases)}\n"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (star("A", "x") + star("B", "y"), "'Supporting'"),
        (star("A", "x", "b") + star("B", "y") + star("Supporting", "z"), "'b' names 2"),
        (star("A", "x") + star("Supporting", "X"), "'x' names 2"),
        (star("a b", "x") + star("Supporting", "z"), "stars.0.id"),
        (star("Supporting", "z"), "stars"),
        ("stars = [", "TOML"),
    ],
)
def test_a_canon_with_a_fault_is_refused(text: str, word: str) -> None:
    with pytest.raises(Refused) as error:
        canon.parse(text.encode(), "c.toml")
    assert any(word in fault.what for fault in error.value.faults)


def test_a_star_is_known_by_id_alias_and_emoji_in_any_case() -> None:
    for name in ("Watch", "WATCH", " guardian ", "🛡️"):
        found = CANON.get(name)
        assert found is not None
        assert found.id == "Watch"
    assert CANON.get("Wacht") is None
    assert CANON.close("Wacht") == ("Watch",)
    assert len(CANON.stars) == 10
