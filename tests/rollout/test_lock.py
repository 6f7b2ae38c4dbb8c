"""A lock file reads back as it was written, and what was never written like that is refused."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Bug, Refused
from laneshift.rollout.lock import LARGEST, Locked, lock_text, locked_in
from laneshift.rollout.pins import FIELDS, of_text

PINS = {name: of_text(name) for name in FIELDS}
ONE = Locked("core-0123456789", "batches/core.tsv", 1_700_000_000, PINS, {"tool": "laneshift 0.1.0", "base": "a" * 40})
TEXT = lock_text([ONE])

_TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
_LOCKS = st.builds(
    Locked,
    st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,20}\Z"),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30),
    st.integers(0, 2**53 - 1),
    st.fixed_dictionaries({name: _TEXTS.map(of_text) for name in FIELDS}),
    st.dictionaries(st.sampled_from(FIELDS), _TEXTS, max_size=4),
)


@settings(max_examples=150)
@given(st.lists(_LOCKS, max_size=4, unique_by=lambda one: one.plan))
def test_it_reads_back_as_it_was_written(plans: list[Locked]) -> None:
    text = lock_text(plans)
    assert locked_in(text, "laneshift.lock") == tuple(plans)
    assert lock_text(locked_in(text, "laneshift.lock")) == text
    assert all(line.isprintable() for line in text.splitlines())


def test_it_is_toml_that_a_person_can_read() -> None:
    table = tomllib.loads(TEXT)["plans"]["core-0123456789"]
    assert (table["file"], table["made"]) == ("batches/core.tsv", 1_700_000_000)
    assert table["tool"] == {"digest": PINS["tool"], "value": "laneshift 0.1.0"}
    assert table["batch"] == {"digest": PINS["batch"]}
    assert TEXT.isascii()


@pytest.mark.parametrize(
    "value", ['"', "\\", '"\n[plans.x]\n', "\x00\x7f\x85", "\u202e\u2028", "\U0001f680\U000e0001", "'''"]
)
def test_no_value_gets_out_of_its_quotes(value: str) -> None:
    mine = Locked(ONE.plan, ONE.file, ONE.made, PINS, {"gates": value})
    assert locked_in(lock_text([mine]), "x") == (mine,)


def without(line: str) -> str:
    kept = [one for one in TEXT.splitlines() if not one.startswith(line)]
    assert len(kept) < len(TEXT.splitlines())
    return "\n".join(kept)


HOSTILE = {
    "not TOML": "[plans",
    "twins": TEXT + TEXT.partition("version = 1\n")[2],
    "deep": "a = " + "[" * 100_000,
    "too long": "#" * (LARGEST + 1),
    "no version": without("version"),
    "another version": TEXT.replace("version = 1", "version = 2"),
    "a version that is true": TEXT.replace("version = 1", "version = true"),
    "a key of its own": "extra = 1\n" + TEXT,
    "plans as a list": "version = 1\nplans = []\n",
    "a plan that is a number": "version = 1\n[plans]\nx = 1\n",
    "a plan that climbs": TEXT.replace("core-0123456789", "../core"),
    "a plan with a blank": TEXT.replace("core-0123456789", "core 1"),
    "no file": without("file"),
    "an empty file": TEXT.replace("batches/core.tsv", ""),
    "a file with a line end": TEXT.replace("batches/core.tsv", "a\\nb"),
    "a file with NUL": TEXT.replace("batches/core.tsv", "a\\u0000b"),
    "a file that turns the text": TEXT.replace("batches/core.tsv", "a\\u202eb"),
    "a file that is long": TEXT.replace("batches/core.tsv", "a" * 9000),
    "no time": without("made"),
    "a time that is true": TEXT.replace("1700000000", "true"),
    "a time with a fraction": TEXT.replace("1700000000", "1.5"),
    "a time before all": TEXT.replace("1700000000", "-1"),
    "a time after all": TEXT.replace("1700000000", "9007199254740992"),
    "a pin too many": TEXT + f'other = {{ digest = "{PINS["tool"]}" }}\n',
    "a pin that is text": TEXT.replace(f'{{ digest = "{PINS["batch"]}" }}', f'"{PINS["batch"]}"'),
    "a digest that is none": TEXT.replace(PINS["batch"], "sha256:0"),
    "a digest of another kind": TEXT.replace("sha256:", "md5:"),
    "a key in a pin": TEXT.replace('value = "laneshift', 'note = "x", value = "laneshift'),
    "a value that is a number": TEXT.replace('"laneshift 0.1.0"', "1"),
    "a value that is long": TEXT.replace("laneshift 0.1.0", "a" * 9000),
    **{f"no pin for {name}": without(f"{name} = ") for name in FIELDS},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_was_never_written_is_refused(name: str) -> None:
    assert HOSTILE[name] != TEXT
    with pytest.raises(Refused) as refused:
        locked_in(HOSTILE[name], "laneshift.lock")
    assert refused.value.code == "lock.unreadable"
    assert refused.value.faults
    assert all(fault.where == "laneshift.lock" for fault in refused.value.faults)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        locked_in(TEXT.replace("version = 1", "version = 7").replace("1700000000", "-1"), "laneshift.lock")
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    "plans",
    [
        [ONE, ONE],
        [Locked("a b", "f", 0, PINS)],
        [Locked("a", "", 0, PINS)],
        [Locked("a", "f", -1, PINS)],
        [Locked("a", "f", 0, {})],
        [Locked("a", "f", 0, PINS, {"gates": "\ud800"})],
        [Locked("a", "f", 0, PINS, {"other": "x"})],
    ],
)
def test_what_could_not_be_read_again_is_not_written(plans: list[Locked]) -> None:
    with pytest.raises(Bug, match="read again"):
        lock_text(plans)
