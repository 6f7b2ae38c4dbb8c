"""Where a module would go: by the globs of two lanes, to a place that is free."""

from __future__ import annotations

import pytest

from laneshift.config import Lane, Settings
from laneshift.errors import Refused
from laneshift.lanes.model import Lanes
from laneshift.manifests.inventory.destination import election, lanes_above
from laneshift.manifests.inventory.placing import Taken, places
from laneshift.manifests.inventory.records import ModuleFacts, Survey


def lanes(left: list[str], entered: list[str], **more: Lane) -> Lanes:
    return Lanes.of({"labs": Lane(paths=left, level="experimental"), "core": Lane(paths=entered), **more})


@pytest.mark.parametrize(
    ("left", "entered", "path", "placed"),
    [
        ("labs/**", "core/**", "labs/a/b.py", "core/a/b.py"),
        ("labs", "core/", "labs/a.py", "core/a.py"),
        ("src/p/labs/**", "src/p/**", "src/p/labs/a.py", "src/p/a.py"),
        ("packages/*/labs/**", "packages/*/core/**", "packages/x/labs/y/z.py", "packages/x/core/y/z.py"),
        ("*/labs/**", "lib/*/**", "x/labs/z.py", "lib/x/z.py"),
        ("**/labs/**", "**/core/**", "a/b/labs/c.py", "a/b/core/c.py"),
        ("**/labs/**", "**/core/**", "labs/c.py", "core/c.py"),
        ("l?bs/**", "core/**", "labs/c.py", "core/labs/c.py"),
        ("*.py", "core/**", "a.py", "core/a.py"),
        ("packages/*/labs/**", "core/**", "packages/x/labs/y.py", "core/x/y.py"),
        ("labs/a*/**", "core/**", "labs/ab/c.py", "core/ab/c.py"),
        ("labs/*.py", "core/*.py", "labs/a.py", "core/a.py"),
    ],
)
def test_what_is_below_one_glob_goes_below_the_other(left: str, entered: str, path: str, placed: str) -> None:
    known = lanes([left], [entered])
    assert next(places(path, *known.lanes, known)).path == placed


def test_a_wildcard_that_nothing_fills_gives_no_place() -> None:
    known = lanes(["labs/**"], ["packages/*/core/**"])
    assert list(places("labs/a.py", *known.lanes, known)) == []


def test_the_nearest_glob_comes_first_and_then_a_folder_of_the_old_lane() -> None:
    known = lanes(["b/labs/**"], ["a/core/**", "b/core/**"])
    found = [place.path for place in places("b/labs/x.py", *known.lanes, known)]
    assert found == ["b/core/x.py", "a/core/x.py", "b/core/labs/x.py", "a/core/labs/x.py"]


def test_folders_that_tell_the_parts_of_a_lane_apart_are_kept() -> None:
    known = lanes(["p/trials/a/**", "p/trials/b"], ["p/**"])
    assert next(places("p/trials/a/x.py", *known.lanes, known)).path == "p/a/x.py"
    assert next(places("p/trials/b/x.py", *known.lanes, known)).path == "p/b/x.py"
    known = lanes(["labs/**", "candidate/**"], ["core/**"])
    found = [place.path for place in places("candidate/x.py", *known.lanes, known)]
    assert found == ["core/x.py", "core/candidate/x.py", "core/labs/x.py"]


def test_a_place_that_is_carved_out_for_another_lane_is_none() -> None:
    known = lanes(["labs/**"], ["core/**"], inner=Lane(paths=["core/x/**"]))
    found = [place.path for place in places("labs/x/y.py", known.lanes[0], known.lanes[1], known)]
    assert found == ["core/labs/x/y.py"]


@pytest.mark.parametrize(
    ("there", "free"),
    [
        ("core/b.py", True),
        ("core/a.py", False),
        ("core/A.py", False),
        ("core/a.pyi", False),
        ("core/a/x.py", False),
        ("Core/z.py", False),
        ("core.py", False),
        ("core/e\N{COMBINING ACUTE ACCENT}.py", True),
    ],
)
def test_a_place_is_free_or_it_meets_somebody(there: str, free: bool) -> None:
    assert Taken([there, "labs/a.py"]).free("core/a.py") is free


def test_a_place_that_was_given_away_is_taken() -> None:
    taken = Taken(["core/x.py"])
    assert taken.free("core/é.py")
    taken.give("core/e\N{COMBINING ACUTE ACCENT}.py")
    assert not taken.free("core/é.py")
    taken.give("core/p/q.py")
    assert not taken.free("core/p.py")


def survey(code: dict[str, int], files: dict[str, int] | None = None) -> Survey:
    return Survey("", (), (), frozenset(), ("",), code, files or code)


def test_the_next_level_that_takes_code_is_above() -> None:
    known = lanes(["labs/**"], ["core/**"], tests=Lane(paths=["t/**"]), serve=Lane(paths=["s/**"], level="production"))
    labs, core, _, serve = known.lanes
    assert lanes_above(known, labs, survey({"core": 1}, {"core": 1, "tests": 4})) == (core,)
    assert lanes_above(known, labs, survey({}, {"tests": 4})) == (core,), "a lane without a file takes code"
    assert lanes_above(known, labs, survey({}, {"tests": 4, "core": 1})) == (serve,)
    assert lanes_above(known, labs, survey({}), "serve") == (serve,)


def test_no_lane_above_is_refused_with_a_cure() -> None:
    known = lanes(["labs/**"], ["core/**"])
    for lane, wanted, code in (
        (known.lanes[1], "", "inventory.nothing-above"),
        (known.lanes[1], "labs", "inventory.not-above"),
        (known.lanes[0], "nowhere", "lanes.unknown"),
    ):
        with pytest.raises(Refused) as refused:
            lanes_above(known, lane, survey({"core": 1}), wanted)
        assert refused.value.code == code
        assert refused.value.cure


def test_neighbours_elect_the_lane_and_the_reason_counts_them() -> None:
    config = Settings(lanes={name: Lane(paths=[f"{name}/**"]) for name in ("one", "two", "three")}).lanes
    known = Lanes.of(config)
    source = lanes(["labs/**"], ["core/**"]).lanes[0]
    facts = ModuleFacts("labs/a.py", "labs.a", importers=(("two", "two/x.py"),), imports=(("three", "three.y"),))
    ranked = election(facts, source, known.lanes, survey({"one": 9, "two": 1, "three": 1}))
    assert [choice.lane.name for choice in ranked] == ["two", "three", "one"]
    assert ranked[0].reason == "of 3 lanes above, two has 1 of its importers and 0 imports"
    alone = election(ModuleFacts("labs/a.py", "labs.a"), source, known.lanes, survey({"one": 1, "two": 5}))
    assert alone[0].lane.name == "two"
