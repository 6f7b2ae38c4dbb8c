"""Questions become items, or are refused with what they could mean; none is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.modules import Modules
from laneshift.errors import Refused
from laneshift.lanes.model import Lane, Lanes
from laneshift.runs.dreaming.questions import items_of

FILES = (
    *("labs/__init__.py", "labs/a.py", "labs/b.py", "labs/deep/__init__.py", "labs/deep/c.py", "labs/serve.py"),
    *("core/__init__.py", "core/a.py", "core/geometry/__init__.py", "serve/__init__.py", "loose/x.py"),
)
MODULES = Modules.of(FILES)
LANES = Lanes.built(
    (*(Lane(name, (f"{name}/**",)) for name in ("labs", "core", "serve")), Lane("wide", ("one/**", "two/**")))
)


def asked(question: str) -> list[tuple[str, str]]:
    return [(item["src"], item["dst"]) for item in items_of(question, MODULES, LANES)]


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("what if labs.b moved to serve?", [("labs/b.py", "serve/b.py")]),
        ("What would happen if we moved labs/b.py to the core lane", [("labs/b.py", "core/b.py")]),
        ("what if labs.a and labs.b were moved into core.geometry?", [("labs/a.py", "core/geometry/a.py"),
                                                                      ("labs/b.py", "core/geometry/b.py")]),
        ("suppose labs.a is renamed as core.geometry.first", [("labs/a.py", "core/geometry/first.py")]),
        ("what if labs.b moved to core.geometry.b?", [("labs/b.py", "core/geometry/b.py")]),
        ("if labs.deep moved to lane core", [("labs/deep", "core/deep")]),
        ("what if labs.deep.c went to lane serve and labs.b goes to core", [("labs/deep/c.py", "serve/deep/c.py"),
                                                                           ("labs/b.py", "core/b.py")]),
        ("move labs.deep.c to package serve", [("labs/deep/c.py", "serve/c.py")]),
        ("loose.x to loose", [("loose/x.py", "loose/x.py")]),
    ],
)  # fmt: skip
def test_plain_questions_are_items(question: str, items: list[tuple[str, str]]) -> None:
    assert asked(question) == items


@pytest.mark.parametrize(
    ("question", "code", "told"),
    [
        ("what if b moved to core?", "dream.no-such-module", "labs.b"),
        ("what if labs.bb moved to core?", "dream.no-such-module", "labs.b"),
        ("what if labs.b moved to nowhere?", "dream.no-such-place", "lanes: core"),
        ("what if labs.b moved to wide?", "dream.no-such-place", "lanes"),
        ("what if labs.b moved to core.other?", "dream.no-such-place", "as PACKAGE.NAME"),
        ("what if labs.deep.c moved to serve?", "dream.two-places", "lane NAME"),
    ],
)
def test_what_has_no_reading_or_two_is_refused_with_what_it_could_mean(question: str, code: str, told: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(question)
    [fault] = caught.value.faults
    assert (caught.value.code, fault.code) == ("dream.unclear", code)
    assert told in fault.cure


def test_every_unclear_part_is_told_at_once() -> None:
    with pytest.raises(Refused) as caught:
        asked("what if b and bb moved to core and labs.a moved to nowhere?")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    "question",
    [
        "how are you?",
        "what if labs.a were deleted?",
        "what if labs.a moved to core or serve?",
        "what if labs.a did not move to core?",
        "what if everything moved to core except labs.a?",
        "what if labs.a moved",
        "to core",
    ],
)
def test_what_is_no_question_about_moves_is_refused(question: str) -> None:
    with pytest.raises(Refused) as caught:
        asked(question)
    assert caught.value.code == "dream.unclear"
    assert "what if PKG.MODULE moved to LANE?" in caught.value.cure


_WORDS = st.sampled_from(
    ["what if", "labs.a", "labs.b", "and", "moved", "to", "into", "as", "core", ",", "lane", "?", "of"]
)


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=14).map(" ".join)))
def test_whatever_is_asked_names_only_what_there_is(question: str) -> None:
    code, items = "", []
    try:
        items = items_of(question, MODULES, LANES)
    except Refused as refusal:
        code = refusal.code
    assert bool(items) == (code == "")
    assert code in ("", "dream.unclear")
    for item in items:
        assert MODULES.by_name[item["module"]].removesuffix("/__init__.py") == item["src"]
        assert LANES.lane_of(item["dst"]) is not None or item["dst"].startswith("loose/")
