"""Which lane a path belongs to, which lanes a lane may import, and every configuration that must be refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift import config
from laneshift.errors import Refused
from laneshift.lanes.model import ROOT, Lanes, top_folders


def lanes_of(**lanes: dict[str, object]) -> Lanes:
    return Lanes.of({name: config.Lane.model_validate(lane) for name, lane in lanes.items()})


def name_at(lanes: Lanes, path: str) -> str | None:
    lane = lanes.lane_of(path)
    return None if lane is None else lane.name


EXAMPLE = lanes_of(
    labs={"paths": ["labs/**", "candidate/**"], "level": "experimental", "aliases": ["candidate"]},
    core={"paths": ["core/**"], "may_import": ["core"]},
    serve={"paths": ["serve/**"], "level": "production", "may_import": ["core", "candidate"]},
)


@pytest.mark.parametrize(
    ("glob", "path", "inside"),
    [
        ("core/**", "core/a.py", True),
        ("core/**", "core/x/y/a.py", True),
        ("core/**", "core", False),
        ("core/**", "core2/a.py", False),
        ("core/**", "my/core/a.py", False),
        ("core", "core", True),
        ("core", "core/a/b.py", True),
        ("core", "core.py", False),
        ("core/", "core/a.py", True),
        ("./core/", "core/a.py", True),
        ("core/*", "core/a.py", True),
        ("core/*", "core/x/a.py", True),
        ("core/*.py", "core/a.py", True),
        ("core/*.py", "core/x/a.py", False),
        ("core/?.py", "core/a.py", True),
        ("core/?.py", "core/ab.py", False),
        ("core/?.py", "core//.py", False),
        ("**/api/**", "a/b/api/x.py", True),
        ("**/api/**", "api/x.py", True),
        ("**/api/**", "rapid/x.py", False),
        ("core/**/x.py", "core/x.py", True),
        ("core/**/x.py", "core/a/b/x.py", True),
        ("core/**/x.py", "core/a/b/xx.py", False),
        ("core.d/**", "coreXd/a.py", False),
        ("**", "anything/at/all.py", True),
        ("core/**", "core/a\nb.py", True),
        ("core/[a].py", "core/a.py", False),
        ("core/[a].py", "core/[a].py", True),
    ],
)
def test_what_a_glob_matches(glob: str, path: str, inside: bool) -> None:
    assert (lanes_of(one={"paths": [glob]}).lane_of(path) is not None) == inside


def test_the_longest_literal_start_wins_wherever_it_stands() -> None:
    wide, narrow = {"paths": ["core/**"]}, {"paths": ["core/labs/**"]}
    for lanes in (lanes_of(wide=wide, narrow=narrow), lanes_of(narrow=narrow, wide=wide)):
        assert name_at(lanes, "core/labs/a.py") == "narrow"
        assert name_at(lanes, "core/a.py") == "wide"
        assert name_at(lanes, "core/labs.py") == "wide"


def test_equal_starts_are_told_apart_by_their_letters_and_then_by_name() -> None:
    first, second = {"paths": ["core/*/api/**"]}, {"paths": ["core/**"]}
    assert name_at(lanes_of(b=second, a=first), "core/x/api/a.py") == "a"
    assert name_at(lanes_of(z={"paths": ["core/*a"]}, b={"paths": ["core/a*"]}), "core/aa") == "b"
    for lanes in (
        lanes_of(y={"paths": ["core/*x"]}, z={"paths": ["core/?x"]}),
        lanes_of(z={"paths": ["core/?x"]}, y={"paths": ["core/*x"]}),
    ):
        assert name_at(lanes, "core/ax") == "y"


def test_names_and_aliases_are_known() -> None:
    assert EXAMPLE.names == ("candidate", "core", "labs", "serve")
    assert EXAMPLE.known("candidate")
    assert not EXAMPLE.known("Labs")
    assert EXAMPLE.get("candidate") is EXAMPLE.lane_of("labs/a.py")
    assert EXAMPLE.get("nothing") is None
    lane = EXAMPLE.get("serve")
    assert lane is not None
    assert (lane.level, lane.may_import) == ("production", frozenset({"core", "candidate"}))


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("labs", "serve", True),
        ("candidate", "core", True),
        ("core", "core", True),
        ("core", "labs", False),
        ("core", "candidate", False),
        ("serve", "core", True),
        ("serve", "labs", True),
        ("serve", "candidate", True),
    ],
)
def test_who_may_import_whom(importer: str, imported: str, allowed: bool) -> None:
    assert EXAMPLE.may_import(importer, imported) == allowed


def test_an_empty_list_allows_only_the_lane_itself() -> None:
    lanes = lanes_of(a={"paths": ["a/**"], "may_import": []}, b={"paths": ["b/**"]})
    assert lanes.may_import("a", "a")
    assert not lanes.may_import("a", "b")


@pytest.mark.parametrize("pair", [("core", "nothing"), ("nothing", "core"), ("nothing", "nothing")])
def test_an_unknown_lane_is_never_waved_through(pair: tuple[str, str]) -> None:
    with pytest.raises(Refused) as caught:
        EXAMPLE.may_import(*pair)
    assert caught.value.code == "lanes.unknown"


@pytest.mark.parametrize(
    ("lanes", "expected"),
    [
        ({"a": {"paths": ["a/**"], "may_import": ["b"]}}, ["unknown-import"]),
        ({"a": {"paths": ["a/**"], "aliases": ["b"]}, "b": {"paths": ["b/**"]}}, ["alias-clash"]),
        ({"a": {"paths": ["a"], "aliases": ["x"]}, "b": {"paths": ["b"], "aliases": ["x"]}}, ["alias-clash"]),
        ({"a": {"paths": ["a"], "aliases": ["a"]}}, ["alias-clash"]),
        ({"a": {"paths": ["a"], "aliases": ["x", "x"]}}, ["alias-clash", "alias-clash"]),
        ({"a": {"paths": ["a/**"]}, "b": {"paths": ["./a/**"]}}, ["same-glob"]),
        ({"a b": {"paths": ["a/**"]}}, ["bad-name"]),
        ({"": {"paths": ["a/**"]}}, ["bad-name"]),
        ({"-a": {"paths": ["a/**"]}}, ["bad-name"]),
        ({"a": {"paths": ["a/**"], "aliases": ["x)y"]}}, ["bad-name"]),
        ({"a" * 41: {"paths": ["a/**"]}}, ["bad-name"]),
        ({"a": {"paths": ["/a/**"]}}, ["bad-glob"]),
        ({"a": {"paths": ["../a"]}}, ["bad-glob"]),
        ({"a": {"paths": ["a/./b"]}}, ["bad-glob"]),
        ({"a": {"paths": ["a//b"]}}, ["bad-glob"]),
        ({"a": {"paths": ["a\\b"]}}, ["bad-glob"]),
        ({"a": {"paths": ["a\x1b"]}}, ["bad-glob"]),
        ({"a": {"paths": [""]}}, ["bad-glob"]),
        ({"a": {"paths": ["/"]}}, ["bad-glob"]),
        ({"a": {"paths": ["*a" * 9]}}, ["bad-glob"]),
    ],
)
def test_bad_configuration_is_refused(lanes: dict[str, dict[str, object]], expected: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        lanes_of(**lanes)
    assert caught.value.code == "lanes.bad-configuration"
    assert [fault.code.removeprefix("lanes.") for fault in caught.value.faults] == expected


def test_all_faults_of_the_configuration_are_listed_at_once() -> None:
    with pytest.raises(Refused) as caught:
        lanes_of(a={"paths": ["/a"], "may_import": ["x", "y"]}, b={"paths": ["b"], "aliases": ["a"]})
    assert [(fault.where, fault.code) for fault in caught.value.faults] == [
        ("lanes.b", "lanes.alias-clash"),
        ("lanes.a", "lanes.bad-glob"),
        ("lanes.a", "lanes.unknown-import"),
        ("lanes.a", "lanes.unknown-import"),
    ]


def test_without_configuration_each_folder_with_code_is_a_lane() -> None:
    paths = ["labs/a.py", "core/x/b.py", "docs/index.md", "setup.py", "README", "my-app/src/x.py", "a b/c.py"]
    lanes = Lanes.of({}, top_folders(paths))
    assert top_folders(paths) == ("a b", "core", "labs", "my-app")
    assert [lane.name for lane in lanes.lanes] == ["core", "labs", "my-app", ROOT]
    assert name_at(lanes, "labs/new/b.py") == "labs"
    assert name_at(lanes, "my-app/src/x.py") == "my-app"
    assert name_at(lanes, "setup.py") == ROOT
    assert name_at(lanes, "docs/x.py") is None
    assert name_at(lanes, "a b/c.py") is None
    assert name_at(lanes, "README") is None
    assert lanes.may_import("core", "labs")


def test_a_folder_called_root_shares_the_lane_of_the_root() -> None:
    lanes = Lanes.of({}, ["root"])
    assert [lane.name for lane in lanes.lanes] == [ROOT]
    assert name_at(lanes, "root/a.py") == name_at(lanes, "a.py") == ROOT


@given(paths=st.lists(st.text(max_size=20)), path=st.text(max_size=20))
def test_no_tree_makes_the_lanes_fail(paths: list[str], path: str) -> None:
    lanes = Lanes.of({}, top_folders(paths))
    lane = lanes.lane_of(path)
    assert lane is None or lanes.known(lane.name)


@given(st.permutations(["labs/**", "labs/*/api/**", "labs/core/**", "**/api/**", "labs/core/x.py"]), st.data())
def test_the_order_of_the_configuration_does_not_matter(globs: list[str], data: st.DataObject) -> None:
    parts = st.lists(st.sampled_from(["labs", "core", "api", "x.py", "y"]), min_size=1, max_size=4)
    path = "/".join(data.draw(parts))
    named = {glob: f"lane{at}" for at, glob in enumerate(sorted(globs))}
    straight = lanes_of(**{named[glob]: {"paths": [glob]} for glob in globs})
    ordered = lanes_of(**{named[glob]: {"paths": [glob]} for glob in sorted(globs)})
    assert name_at(straight, path) == name_at(ordered, path)
