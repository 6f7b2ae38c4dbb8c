"""The whole inventory as a pure function: equal facts give equal bytes, and no module is lost on the way."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.config import Exceptions, Inventory, Lane
from laneshift.errors import Refused
from laneshift.lanes.model import Lanes
from laneshift.manifests.inventory.build import build
from laneshift.manifests.inventory.form import derived_schema, schema
from laneshift.manifests.inventory.reading import read
from laneshift.manifests.inventory.records import ModuleFacts, Survey
from laneshift.manifests.inventory.text import document, text
from laneshift.steps.order import STEPS
from tests.manifests.inventory.drawn import LABS, LANES, SETTINGS, surveys

VALID = jsonschema.Draft202012Validator(schema())


def data_of(survey: Survey) -> bytes:
    return text(document(build(survey, LANES, LABS, SETTINGS), survey.roots))


def survey_of(*modules: ModuleFacts, paths: tuple[str, ...] = ()) -> Survey:
    here = frozenset([*(each.path for each in modules), *paths])
    return Survey("0" * 40, modules, (), here, ("",), {"core": 1, "matriz": 1}, {"core": 1, "matriz": 1, "tests": 1})


@settings(derandomize=True, max_examples=120, deadline=None)
@given(surveys(), st.integers(0, 10**6))
def test_the_order_of_files_has_no_say_and_every_module_is_somewhere(survey: Survey, seed: int) -> None:
    shuffled = list(survey.modules)
    random.Random(seed).shuffle(shuffled)
    data = data_of(survey)
    assert data == data_of(replace(survey, modules=tuple(shuffled)))
    found = build(survey, LANES, LABS, SETTINGS)
    there = [entry.facts.path for entry in found.entries] + [each.path for each in found.left_out]
    assert sorted(there) == sorted(each.path for each in survey.modules)
    targets = [entry.target for entry in found.entries]
    assert len({target.casefold() for target in targets}) == len(targets)
    assert all(LANES.lane_of(entry.target) is LANES.get(entry.lane) for entry in found.entries)
    assert not set(targets) & survey.paths


@settings(derandomize=True, max_examples=120, deadline=None)
@given(surveys())
def test_the_document_is_valid_for_an_independent_validator_and_adds_up(survey: Survey) -> None:
    told = json.loads(data_of(survey))
    VALID.validate(told)
    modules = told["modules"]
    assert sum(told["complexity_breakdown"].values()) == told["total_modules"] == len(modules)
    assert Decimal(told["total_effort_hours"]) == sum(Decimal(module["effort_hours"]) for module in modules)
    assert [module["score"] for module in modules] == sorted((m["score"] for m in modules), reverse=True)
    names = [[step.partition(":")[0].lower() for step in module["integration_steps"]] for module in modules]
    assert all(each == list(STEPS) for each in names)
    read_again = read("x", data_of(survey))
    assert not read_again.faults
    assert [row.wanted.module for row in read_again.rows if row.wanted] == [module["module"] for module in modules]


def test_the_packaged_schema_is_the_one_that_the_reader_goes_by() -> None:
    assert schema() == derived_schema()
    jsonschema.Draft202012Validator.check_schema(schema())


def test_a_taken_place_keeps_the_name_of_the_lane_and_says_why() -> None:
    module = ModuleFacts("labs/a.py", "labs.a", loc=9, imports=(("core", "core.a"),))
    found = build(survey_of(module, paths=("core/a.py",)), LANES, LABS, SETTINGS).entries[0]
    assert found.target == "core/labs/a.py"
    assert "core/a.py is taken" in found.location_reasoning


def test_a_module_without_a_place_is_left_out_with_the_reason() -> None:
    lanes = Lanes.of({"labs": Lane(paths=["labs/**"], level="experimental"), "core": Lane(paths=["not-a-name/**"])})
    found = build(survey_of(ModuleFacts("labs/a.py", "labs.a")), lanes, lanes.lanes[0], SETTINGS)
    assert not found.entries
    assert found.left_out[0].path == "labs/a.py"
    assert "no free place" in found.left_out[0].reason


def test_settings_leave_out_what_scores_too_little_and_what_may_not_arrive() -> None:
    modules = (ModuleFacts("labs/a.py", "labs.a"), ModuleFacts("labs/b.py", "labs.b", documented=1))
    bar = SETTINGS.model_copy(update={"inventory": Inventory(least_score=20)})
    found = build(survey_of(*modules), LANES, LABS, bar)
    assert [entry.facts.module for entry in found.entries] == ["labs.b"]
    assert found.left_out[0].reason == "scores less than 20"
    kept = SETTINGS.model_copy(update={"exceptions": Exceptions(do_not_promote=["core/**", "matriz/a.py"])})
    found = build(survey_of(*modules), LANES, LABS, kept)
    assert {entry.target for entry in found.entries} == {"matriz/b.py", "matriz/labs/a.py"}


def test_what_only_is_there_is_not_worth_promoting_unless_the_settings_say_so() -> None:
    fresh = ModuleFacts("labs/fresh.py", "labs.fresh", loc=9, functions=1, documentable=2)
    used = ModuleFacts("labs/used.py", "labs.used", loc=9, functions=1, documentable=2, tests=("tests/test_used.py",))
    usual = SETTINGS.model_copy(update={"inventory": Inventory()})
    found = build(survey_of(fresh, used), LANES, LABS, usual)
    assert [entry.facts.module for entry in found.entries] == ["labs.used"]
    assert [(each.path, each.reason) for each in found.left_out] == [("labs/fresh.py", "scores less than 25")]
    assert len(build(survey_of(fresh, used), LANES, LABS, SETTINGS).entries) == 2


def test_lanes_named_core_and_matriz_are_told_apart_and_an_alias_counts() -> None:
    module = ModuleFacts("labs/a.py", "labs.a", imports=(("matriz", "matriz.x"),))
    told = document(build(survey_of(module), LANES, LABS, SETTINGS), ("",))["modules"][0]
    assert (told["imports_core"], told["imports_matriz"]) == (False, True)
    assert told["dependencies"] == {"lanes": {"matriz": ["matriz.x"]}, "outside": [], "unresolved": []}
    other = {"labs": Lane(paths=["labs/**"], level="experimental"), "mid": Lane(paths=["mid/**"], aliases=["core"])}
    lanes = Lanes.of(other)
    survey = replace(survey_of(replace(module, imports=(("mid", "mid.x"),))), code={"mid": 1}, files={"mid": 1})
    told = document(build(survey, lanes, lanes.lanes[0], SETTINGS), ("",))["modules"][0]
    assert (told["imports_core"], told["imports_matriz"]) == (True, False)


def test_what_the_lane_above_may_not_import_is_a_danger() -> None:
    module = ModuleFacts("labs/a.py", "labs.a", tests=("t.py",), imports=(("labs", "labs.b"),))
    entry = build(survey_of(module), LANES, LABS, SETTINGS, "core").entries[0]
    assert (entry.complexity, entry.risk) == ("low", "medium")
    assert "1 of its imports may not be imported there (labs.b" in entry.rationale


def test_a_lane_that_is_not_above_is_refused() -> None:
    with pytest.raises(Refused, match="not above"):
        build(survey_of(), LANES, LABS, SETTINGS, "labs")
