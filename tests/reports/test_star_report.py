"""What a report about stars decides: promotions, what is held and why, ceilings, and files that are safe to open."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from importlib.resources import files as packaged
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from laneshift.config import Settings
from laneshift.errors import CheckFailed
from laneshift.lanes.model import Lanes
from laneshift.manifests.stars.evidence import Subject
from laneshift.manifests.stars.load import Loaded
from laneshift.manifests.stars.rule_file import Rules
from laneshift.manifests.stars.subjects import Seen
from laneshift.reports.csv_text import cell, csv_text
from laneshift.reports.markdown import plain
from laneshift.reports.star_data import data
from laneshift.reports.star_files import BATCH, constellation, files
from laneshift.reports.star_report import Report, report
from tests.manifests.stars.test_evidence import CANON, RULES, rules, subject

SCHEMA = json.loads(packaged("laneshift.reports").joinpath("stars.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
OTHERS = [subject(f"acme/part{at}") for at in range(9)]
READY = subject("acme/memory", nodes=("memory",), tier="T2_important")
WEAK = subject("acme/cache", dependencies=("redis",))


def made(subjects: Sequence[Subject], written: Rules = RULES, **tables: Any) -> Report:
    loaded = Loaded(CANON, written, "canon.toml", "rules.toml")
    chosen = Settings.model_validate(tables)
    found = Seen(tuple(subjects), ())
    return report("0" * 40, loaded, found, chosen, Lanes.of({}, ["acme"]), 0)


def forced(path: str, star: str = "Oracle") -> dict[str, Any]:
    return {"force_promote": {path: {"star": star, "reason": "by hand"}}}


def test_what_reaches_the_threshold_is_promoted_and_the_rest_is_held_with_a_reason() -> None:
    found = made([READY, WEAK, *OTHERS])
    assert [(each.subject.path, each.star, each.confidence) for each in found.promotions] == [
        ("acme/memory", "Trail", "0.7000")
    ]
    assert [(each.suggestion.subject.path, each.why) for each in found.held] == [
        ("acme/cache", "0.5800 is less than 0.7, which a promotion takes")
    ]
    assert (found.before["Trail"], found.after["Trail"], found.after["Supporting"]) == (0, 1, 10)
    assert sum(found.after.values()) == sum(found.before.values()) == 11
    assert found.passes


def test_a_star_that_was_given_is_not_taken_away_and_one_that_fits_is_no_suggestion() -> None:
    given = subject("acme/memory", nodes=("memory",), star="Oracle")
    fits = subject("acme/memory", nodes=("memory",), star="Trail")
    assert [each.why for each in made([given, *OTHERS]).held] == [
        "it is Oracle, and a star that was given is for a person to change"
    ]
    assert made([fits, *OTHERS]).suggestions == ()


def test_a_greedy_rule_is_stopped_by_the_ceiling_with_the_numbers() -> None:
    greedy = rules("".join(f"[[rules]]\nstar='Trail'\nkind='{kind}'\nmatch='{match}'\n" for kind, match in (
        ("path_regex", "."), ("dependency_hint", "json"), ("owner_prior", "all"),
    )))  # fmt: skip
    many = [subject(f"acme/m{at}", dependencies=("json",), owner="all") for at in range(20)]
    found = made(many, greedy, ceilings={"per_star": 5, "per_run": 8})
    assert len(found.promotions) == 20
    told = {fault.where: fault.what for fault in found.ceilings}
    assert told["ceilings.per_star"] == "star 'trail' has 20 items, the limit is 5"
    assert told["ceilings.per_run"] == "the plan has 20 items, the limit is 8"
    assert told["ceilings.supporting_floor"].startswith("0 of 20")
    assert not found.passes
    assert f"constellation/{BATCH}" not in files(found, "constellation")
    assert "Stopped by ceilings" in constellation(found)


def test_the_floor_counts_modules_that_stay_as_they_are() -> None:
    assert made([READY, *OTHERS[:2]]).passes
    alone = made([READY, subject("acme/x", star="Oracle")])
    assert [fault.what for fault in alone.ceilings] == ["0 of 2 modules are Supporting, the least share is 0.55"]


def test_a_module_never_gets_more_stars_than_the_ceiling() -> None:
    full = subject("acme/memory", nodes=("memory",), secondary=("Oracle", "Drift"))
    assert [fault.where for fault in made([full, *OTHERS]).ceilings] == ["ceilings.stars_per_module"]


@pytest.mark.parametrize("key", ["do_not_promote", "protected_paths"])
def test_exceptions_hold_a_promotion_and_are_told(key: str) -> None:
    found = made([READY, *OTHERS], exceptions={key: ["acme/memory/**"]})
    assert found.promotions == ()
    assert key in found.held[0].why
    assert [(path, use.rule) for path, use in found.uses] == [("acme/memory", key)]


@pytest.mark.parametrize("path", ["acme/part1", "acme/part1/__init__.py", "acme/part1/module.manifest.json"])
def test_a_forced_star_needs_no_signal_and_lifts_do_not_promote(path: str) -> None:
    found = made([READY, *OTHERS], exceptions={**forced(path), "do_not_promote": ["acme/part1/**"]})
    lifted = {each.subject.path: each for each in found.promotions}["acme/part1"]
    assert (lifted.star, lifted.forced, lifted.confidence, lifted.signals) == ("Oracle", "by hand", "", ())
    assert "acme/part1,Supporting,Oracle,,forced,forced: by hand" in files(found, "c")["c/promotions.csv"].decode()


def test_a_forced_star_that_does_not_exist_is_no_pass() -> None:
    found = made([READY, *OTHERS], exceptions=forced("acme/part1", "Oracel"))
    assert [(fault.code, fault.cure) for fault in found.unread] == [("stars.unknown-star", "Oracle or Watch")]
    assert not found.passes


def test_nothing_to_judge_is_an_error() -> None:
    with pytest.raises(CheckFailed) as error:
        made([])
    assert error.value.code == "stars.nothing-checked"


@pytest.mark.parametrize(
    "found",
    [
        made([READY, WEAK, *OTHERS]),
        made(OTHERS),
        made([READY, WEAK], ceilings={"per_run": 1}, exceptions=forced("acme/cache", "nothing")),
        made([READY, *OTHERS], exceptions={"do_not_promote": ["acme/memory"]}),
    ],
)
def test_the_data_is_that_of_the_schema_and_the_files_are_the_same_twice(found: Report) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in VALIDATOR.iter_errors(data(found))] == []
    assert files(found, "c") == files(found, "c")
    written = files(found, "c")
    assert json.loads(written["c/stars.json"]) == data(found)
    assert {f"c/stars/{star.lower()}.md" for star in CANON.ids} <= set(written)
    assert [path for path in written if path.endswith(".svg")] == [
        "c/charts/distribution.svg", "c/charts/shares.svg", "c/charts/signals.svg",
    ]  # fmt: skip


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["auth", "memory", "cache", "web", "vision"]), max_size=8), st.integers(1, 4))
def test_what_passes_is_within_the_ceilings_and_counts_add_up(names: list[str], most: int) -> None:
    many = [subject(f"acme/a{at}/{name}", nodes=("memory", "risk")) for at, name in enumerate(names)]
    found = made([*many, *OTHERS], ceilings={"per_star": most, "supporting_floor": 0.5})
    after = found.after
    assert sum(after.values()) == sum(found.before.values()) == len(names) + len(OTHERS)
    assert {each.subject.path for each in found.promotions}.isdisjoint(h.suggestion.subject.path for h in found.held)
    if found.passes:
        assert all(count <= most for star, count in after.items() if star != "Supporting")
        assert 2 * after["Supporting"] >= sum(after.values())
    else:
        assert found.ceilings


def test_the_batch_names_a_file_that_stands_for_one_module() -> None:
    found = made([READY, *OTHERS])
    assert json.loads(files(found, "c")[f"c/{BATCH}"]) == {
        "items": [
            {
                "kind": "manifest",
                "module": "acme.memory",
                "src": "acme/memory/module.manifest.json",
                "star": "Trail",
            }
        ]
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\uff1d1", "\r\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(("a", "b"), [(text, "x")]))))
    assert rows[1][0].startswith("'")
    assert len(rows) == 2


def test_cells_that_are_no_formulas_stay_as_they_are() -> None:
    for text in ("acme/a-b", "0.7000", 'say "so", twice', ""):
        assert list(csv.reader(io.StringIO(csv_text(("a", "b"), [(text, "x")]))))[1] == [text, "x"]
    assert cell("a\nb\x1b") == "a\ufffdb\ufffd"


def test_what_a_repository_holds_is_no_markup() -> None:
    hostile = subject("acme/`|<script>alert(1)</script>[x](y)\n/memory", nodes=("memory",), owner="=cmd|x")
    found = made([hostile, *OTHERS])
    assert len(found.promotions) == 1
    for name, written in files(found, "c").items():
        text = written.decode()
        assert "<script>" not in text or name.endswith((".json", ".csv")), name
    assert plain("a|b\n*c*") == "a&#124;b\ufffd&#42;c&#42;"
