"""What questions ask for, however they are put; and that no text, however odd, stops the reader."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.matriz.questions.conversation import asked
from laneshift.matriz.questions.parsing import parse
from laneshift.matriz.questions.records import EXAMPLES, Topic
from laneshift.matriz.questions.words import LONGEST

PHRASED = {
    (Topic.IMPORTERS, "labs.shapes", ""): (
        "who imports labs.shapes?",
        "Who's importing `labs.shapes`?",
        "which modules depend on labs.shapes",
        "what uses the module labs.shapes",
        "List the importers of labs.shapes, please",
        "is labs.shapes used by anyone",
        "labs.shapes is imported by whom?",
        "who imprts labs.shapes",
        "can you tell me which files import labs.shapes in this repo?",
        "how many modules import labs.shapes",
    ),
    (Topic.IMPORTS, "core.app", ""): (
        "what does core.app import?",
        "core.app's dependencies",
        "which modules does core.app depend on",
        "what is imported by core.app",
    ),
    (Topic.READY, "labs.plugin", "core"): (
        "is labs.plugin ready for lane core?",
        "why isn't labs.plugin ready for core",
        "can labs.plugin be promoted to core?",
        "what blocks labs.plugin from entering core?",
        "what's missing for labs.plugin to enter core",
    ),
    (Topic.FAILURE, "12", "core"): ("why did item 12 of batch core fail?", "what went wrong with item 12 in core"),
    (Topic.FAILURE, "labs.plugin", ""): (
        "why was labs.plugin quarantined",
        "labs.plugin failed, why?",
        "why didn't labs.plugin land?",
    ),
    (Topic.MOVE, "labs/a.py", "core/a.py"): (
        "what would moving labs/a.py to core/a.py touch?",
        "what happens if I move labs/a.py to core/a.py",
        "which files change when we rename labs/a.py to core/a.py",
        "impact of moving labs/a.py to core/a.py",
    ),
    (Topic.RISK, "labs.a", "core"): ("how risky is moving labs.a to core?", "is it safe to move labs.a to core"),
    (Topic.COMPARE, "labs.a", "labs.b"): (
        "compare labs.a and labs.b",
        "labs.a vs labs.b",
        "what's the difference between labs.a and labs.b?",
    ),
    (Topic.DEFINED, "area", ""): ("where is area defined?", "which file defines `area`", "find the definition of area"),
    (Topic.COUNT, "labs", ""): ("how many modules are in lane labs?", "number of modules in labs"),
    (Topic.STATUS, "core", ""): ("status of batch core", "how is core doing?"),
    (Topic.TOUCHING, "core/app.py", ""): ("which items touch core/app.py?", "who touches core/app.py"),
    (Topic.ARITHMETIC, "12 * (3 + 4)", ""): ("what is 12 * (3 + 4)?",),
    (Topic.UNKNOWN, "", ""): ("tell me a joke", "is anything ready", "delete everything", "why is the sky blue"),
}


@pytest.mark.parametrize(("wanted", "phrases"), PHRASED.items(), ids=lambda each: str(each)[:30])
def test_the_same_is_asked_in_many_words(wanted: tuple[Topic, str, str], phrases: tuple[str, ...]) -> None:
    found = {phrase: (q.topic, q.subject, q.other) for phrase in phrases for q in (parse(phrase),)}
    assert found == dict.fromkeys(phrases, wanted)


def test_what_is_offered_is_understood() -> None:
    names = {
        "module": "labs.a",
        "item": "labs.b",
        "file": "labs/c.py",
        "name": "area",
        "path": "core/a.py",
        "lane": "core",
    }
    written = [re.sub(r"`(\w+)`", lambda found: names.get(found[1], "big"), example) for example in EXAMPLES]
    topics = [parse(example).topic for example in written]
    assert Topic.UNKNOWN not in topics
    assert len(set(topics)) == len(EXAMPLES)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (("who imports core.a?", "and core.b?"), (Topic.IMPORTERS, "core.b", "")),
        (("is labs.x ready for core", "and for serve?"), (Topic.READY, "labs.x", "serve")),
        (("is labs.x ready for core", "and labs.y?"), (Topic.READY, "labs.y", "core")),
        (("is labs.x ready for core", "why not?"), (Topic.READY, "labs.x", "core")),
        (("who imports core.a", "what does it import?"), (Topic.IMPORTS, "core.a", "")),
        (("who imports core.a", "and its dependencies?"), (Topic.IMPORTS, "core.a", "")),
        (("who imports core.a", "hmm", "what about core.c"), (Topic.IMPORTERS, "core.c", "")),
        (("what does it import?",), (Topic.UNKNOWN, "", "")),
    ],
)
def test_follow_ups_take_what_is_clear(said: tuple[str, ...], wanted: tuple[Topic, str, str]) -> None:
    found = asked([{"role": "user", "content": text} for text in said])
    assert (found.topic, found.subject, found.other) == wanted


def test_only_what_users_say_is_read() -> None:
    talk = [{"role": "user", "content": "who imports a.b"}, {"role": "assistant", "content": "who imports x.y"}]
    assert asked(talk).subject == "a.b"
    assert asked([]).topic is Topic.HELP


@given(st.text(max_size=2 * LONGEST))
def test_no_text_stops_the_reader(text: str) -> None:
    found = parse(text)
    assert isinstance(found.topic, Topic)
    assert len(found.text) <= LONGEST


WORDS = re.findall(r"\S+", "who what does is are import that do the of labs.a and to for ready , item")


@given(st.lists(st.sampled_from(WORDS)))
def test_words_in_any_order_are_read_or_not_understood(words: list[str]) -> None:
    found = parse(" ".join(words))
    assert (
        found.topic is Topic.UNKNOWN
        or found.topic is Topic.HELP
        or found.subject
        or found.topic
        in (
            Topic.STATUS,
            Topic.COUNT,
        )
    )
