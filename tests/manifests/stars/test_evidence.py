"""What speaks for a star, weighed exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from importlib.resources import files

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.stars import canon, rule_file
from laneshift.manifests.stars.evidence import Subject, combined, shown, signals, suggestion
from laneshift.manifests.stars.lint import unusable

_DATA = files("laneshift.manifests.stars")
CANON = canon.parse(_DATA.joinpath("canon.toml").read_bytes(), "canon.toml")
RULES = rule_file.parse(_DATA.joinpath("rules.toml").read_bytes(), "rules.toml")
ORDER = {star: at for at, star in enumerate(CANON.ids)}
WEIGHTS = st.lists(st.decimals("0.001", 1, places=3), max_size=8)


def subject(path: str, **facts: tuple[str, ...] | str) -> Subject:
    manifest = f"{path}/module.manifest.json"
    return Subject(path, path.replace("/", "."), manifest, manifest, **{"star": "Supporting", **facts})


def rules(text: str) -> rule_file.Rules:
    return rule_file.parse(text.encode(), "rules.toml")


def test_a_path_and_a_node_reach_the_threshold_exactly_with_the_packaged_weights() -> None:
    found = suggestion(RULES, ORDER, subject("src/acme/memory", nodes=("memory",)))
    assert found is not None
    assert (found.star, found.confidence) == ("Trail", Fraction(7, 10))
    assert [(each.kind, each.weight) for each in found.signals] == [
        ("node_override", Decimal("0.50")),
        ("path_regex", Decimal("0.40")),
    ]
    assert found.confidence >= Fraction(RULES.thresholds.min_autopromote)


def test_a_threshold_is_reached_exactly_where_binary_fractions_fall_short() -> None:
    weights = ("0.35", "0.35")
    rounded = 1.0
    for weight in weights:
        rounded *= 1 - float(weight)
    assert 1 - rounded < 0.5775
    assert combined(map(Decimal, weights)) == Fraction(Decimal("0.5775"))


def test_one_weak_signal_says_nothing_and_two_are_a_suggestion() -> None:
    assert suggestion(RULES, ORDER, subject("src/acme/memory")) is None
    found = suggestion(RULES, ORDER, subject("src/acme/memory", dependencies=("redis",)))
    assert found is not None
    assert shown(found.confidence) == "0.5800"


@settings(derandomize=True, max_examples=60)
@given(WEIGHTS, WEIGHTS)
def test_more_evidence_never_says_less_and_order_does_not_matter(first: list[Decimal], more: list[Decimal]) -> None:
    assert 0 <= combined(first) <= combined([*first, *more]) <= 1
    assert combined([*first, *more]) == combined([*more, *first])
    both = 1 - (1 - combined(first)) * (1 - combined(more))
    assert combined([*first, *more]) == both


@settings(derandomize=True, max_examples=60)
@given(st.fractions(0, 1))
def test_what_is_shown_is_never_more_than_what_is_so(confidence: Fraction) -> None:
    told = Fraction(Decimal(shown(confidence)))
    assert told <= confidence < told + Fraction(1, 10_000)


def test_a_fact_counts_once_and_a_rule_speaks_once() -> None:
    text = "[[rules]]\nstar='Trail'\nkind='path_regex'\nmatch='memory'\n"
    twice = rules(text + text.replace("'memory'", "['mem', 'ory']"))
    assert [each.fact for each in signals(twice, subject("memory"))] == ["memory"]
    listed = rules("[[rules]]\nstar='Trail'\nkind='dependency_hint'\nmatch=['redis','valkey']\n")
    assert len(signals(listed, subject("a", dependencies=("redis", "valkey")))) == 1


def test_case_does_not_matter_and_names_are_compared_whole() -> None:
    found = rules("[[rules]]\nstar='Watch'\nkind='owner_prior'\nmatch='Security'\n")
    assert [each.fact for each in signals(found, subject("a", owner="SECURITY"))] == ["SECURITY"]
    assert signals(found, subject("a", owner="security-east")) == ()


def test_excluded_paths_and_denied_stars_are_left_out() -> None:
    strong = {"nodes": ("memory",), "capabilities": ("memory",)}
    assert suggestion(RULES, ORDER, subject("acme/memory/tests", **strong)) is None
    text = "[[rules]]\nstar='Trail'\nkind='node_override'\nmatch='memory'\n"
    text += "[[rules]]\nstar='Flow'\nkind='capability_override'\nmatch='memory'\n"
    denied = text + "[[deny]]\nstar='Flow'\npaths=['labs/**']\nreason='not there'\n"
    for written, path, star in ((text, "labs/a", "Flow"), (denied, "labs/a", "Trail"), (denied, "core/a", "Flow")):
        found = suggestion(rules(written), ORDER, subject(path, **strong))
        assert found is not None
        assert found.star == star


def test_of_two_equal_stars_the_one_that_the_canon_names_first_wins() -> None:
    text = "".join(f"[[rules]]\nstar='{star}'\nkind='node_override'\nmatch='memory'\n" for star in ("Trail", "Flow"))
    found = suggestion(rules(text), ORDER, subject("a", nodes=("memory",)))
    assert found is not None
    assert found.star == "Flow"


def test_the_packaged_rules_can_be_used_and_name_every_star_but_the_rest() -> None:
    assert unusable(RULES, CANON, "rules.toml") == ()
    assert {rule.star for rule in RULES.rules} == {*CANON.ids} - {"Supporting"}
    assert {rule.kind for rule in RULES.rules} == set(rule_file.KINDS)
