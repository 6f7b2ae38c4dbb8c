"""Protected paths and kept-back modules are refused with the rule that spoke, and every use of a rule is told."""

from __future__ import annotations

import pytest

from laneshift.config import Exceptions, Forced
from laneshift.rollout.exceptions import Use, forced, verdict

STAR = Forced(star="Flow", reason="the owners asked for it")
RULES = Exceptions(
    do_not_promote=["labs/secret/**", "**/legacy_*.py"],
    protected_paths=["core/auth/**", "*.lock"],
    force_promote={"labs/secret/one.py": STAR, "core/auth/forced.py": STAR},
)


@pytest.mark.parametrize(
    ("src", "dst", "rule"),
    [
        ("labs/a.py", "core/a.py", ""),
        ("labs/secret/a.py", "core/a.py", "do_not_promote 'labs/secret/**'"),
        ("labs/a.py", "labs/secret/a.py", "do_not_promote 'labs/secret/**'"),
        ("labs/secrets.py", "core/a.py", ""),
        ("labs/x/legacy_a.py", "core/a.py", "do_not_promote '**/legacy_*.py'"),
        ("labs/secret/one.py", "core/one.py", ""),
        ("labs/secret/one.pyi", "core/one.py", "do_not_promote 'labs/secret/**'"),
        ("labs/a.py", "core/auth/a.py", "protected_paths 'core/auth/**'"),
        ("core/auth/a.py", "core/a.py", "protected_paths 'core/auth/**'"),
        ("labs/a.py", "core/authority.py", ""),
        ("core/auth/a.py", "core/auth/a.py", ""),
    ],
)
def test_an_item_is_refused_by_the_rule_that_names_its_paths(src: str, dst: str, rule: str) -> None:
    refusal, uses = verdict(RULES, src, dst)
    assert bool(refusal) == bool(rule)
    assert rule in refusal
    assert [use.reason for use in uses if use.rule != "force_promote"] == ([refusal] if rule else [])


@pytest.mark.parametrize(("touched", "refused"), [("core/b.py", False), ("core/auth/b.py", True), ("uv.lock", True)])
def test_an_item_may_not_touch_a_protected_file_anywhere(touched: str, refused: bool) -> None:
    refusal, uses = verdict(RULES, "labs/a.py", "core/a.py", ["core/a.py", touched])
    assert bool(refusal) == bool(uses) == refused
    assert (touched in refusal) == refused
    assert bool(verdict(RULES, "core/a.py", "core/a.py", [touched])[0]) == refused


def test_force_lifts_what_is_kept_back_and_says_so() -> None:
    assert verdict(RULES, "labs/secret/one.py", "core/one.py") == (
        "",
        (Use("force_promote", "labs/secret/one.py", STAR.reason),),
    )
    assert forced(RULES, "labs/secret/one.py", "core/one.py") == forced(RULES, "x.py", "labs/secret/one.py") == STAR
    assert forced(RULES, "labs/secret/two.py", "core/two.py") is None


def test_force_never_lifts_a_protection() -> None:
    refusal, uses = verdict(RULES, "labs/a.py", "core/auth/forced.py")
    assert "protected_paths" in refusal
    assert [use.rule for use in uses] == ["protected_paths", "force_promote"]


def test_every_rule_that_speaks_is_told() -> None:
    refusal, uses = verdict(RULES, "labs/secret/a.py", "core/auth/a.py", ["uv.lock"])
    assert [(use.rule, use.pattern) for use in uses] == [
        ("protected_paths", "core/auth/**"),
        ("protected_paths", "*.lock"),
        ("do_not_promote", "labs/secret/**"),
    ]
    assert refusal == "; ".join(use.reason for use in uses)


def test_without_exceptions_nothing_is_refused() -> None:
    assert verdict(Exceptions(), "labs/a.py", "core/a.py", ["core/auth/a.py"]) == ("", ())


@pytest.mark.parametrize("named", ["core/memory", "core/memory/__init__.py", "core/memory/module.manifest.json"])
def test_a_package_that_stays_is_forced_by_each_of_its_names(named: str) -> None:
    rules = Exceptions(force_promote={named: STAR})
    for path in ("core/memory/module.manifest.json", "core/memory/__init__.py", named):
        assert forced(rules, path, path) is STAR
    for path in ("core/memory/one.py", "core/memory/one/__init__.py", "core/module.manifest.json"):
        assert forced(rules, path, path) is None
    assert forced(rules, "core/memory/other.py", "labs/memory/__init__.py") is None
