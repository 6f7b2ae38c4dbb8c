"""Every fault of a definition is told at once, with its code and its line."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.flows.judging import ALONE, Surroundings, input_faults, with_defaults
from laneshift.flows.model import Flow, Input, Step
from laneshift.flows.reading import LARGEST, read
from laneshift.flows.toml_lines import line_of, lines_of

STEP = '[[steps]]\nname = "a"\nkind = "command"\n'


def faults_in(text: str, around: Surroundings = ALONE) -> list[tuple[str, int]]:
    """Codes and lines."""
    try:
        read(text.encode(), "f.toml", "f", around)
    except Refused as error:
        return [(fault.code, int(fault.where.removeprefix("f.toml:"))) for fault in error.faults]
    return []


ONE = [
    ("", ("flow.no-steps", 1)),
    (f'name = "g"\n{STEP}', ("flow.other-name", 1)),
    (f"extra = 1\n{STEP}", ("flow.unknown-key", 1)),
    (f"description = 1\n{STEP}", ("flow.bad-type", 1)),
    (f'on_failure = "explode"\n{STEP}', ("flow.bad-value", 1)),
    (f"timeout_seconds = -1\n{STEP}", ("flow.out-of-range", 1)),
    (f'[inputs.n]\ntype = "integer"\ndefault = "x"\n{STEP}', ("flow.bad-input", 3)),
    (f'[inputs.n]\ntype = "thing"\n{STEP}', ("flow.bad-value", 2)),
    (f"[inputs.api_key]\n{STEP}", ("flow.secret-input", 1)),
    (f"[inputs.N]\n{STEP}", ("flow.bad-name", 1)),
    (f'[inputs.n]\nrequired = true\n[schedule]\ncron = "0 0 * * *"\n{STEP}', ("flow.nobody-asks", 1)),
    (f'[schedule]\ncron = "0 0 * *"\n{STEP}', ("flow.bad-schedule", 2)),
    (f'[schedule]\nzone = "UTC"\n{STEP}', ("flow.missing", 1)),
    ('[[steps]]\nname = "a"\n', ("flow.missing", 1)),
    ('[[steps]]\nkind = "a"\n', ("flow.missing", 1)),
    ('[[steps]]\nname = "A b"\nkind = "x"\n', ("flow.bad-name", 2)),
    (f"{STEP}{STEP}needs = []\n", ("flow.twice", 5)),
    (f'{STEP}needs = ["b"]\n', ("flow.unknown-step", 4)),
    (f'{STEP}needs = ["a"]\n', ("flow.circle", 4)),
    (f"{STEP}needs = [1]\n", ("flow.bad-type", 4)),
    (f'{STEP}when = "1 +"\n', ("flow.bad-expression", 4)),
    (f'{STEP}when = "inputs.x"\n', ("flow.unknown-input", 4)),
    (f'{STEP}when = "steps.b.value"\n', ("flow.unknown-step", 4)),
    (f'{STEP}when = "steps.a.value"\n', ("flow.not-before", 4)),
    (f'{STEP}when = "item"\n', ("flow.unknown-name", 4)),
    (f'{STEP}when = "flow.nothing"\n', ("flow.unknown-name", 4)),
    (f"{STEP}at_once = 2\n", ("flow.no-each", 4)),
    (f'{STEP}each = "[1]"\nat_once = 100\n', ("flow.out-of-range", 5)),
    (f'{STEP}again = "maybe"\n', ("flow.bad-value", 4)),
    (f"{STEP}retry = {{ times = -1 }}\n", ("flow.out-of-range", 4)),
    (f"{STEP}retry = {{ often = 1 }}\n", ("flow.unknown-key", 4)),
    (f"{STEP}may_fail = 1\n", ("flow.bad-type", 4)),
    (f"{STEP}x = 1\n[steps.settings]\nx = 2\n", ("flow.twice", 4)),
    (f'{STEP}url = "${{inputs.x}}"\n', ("flow.unknown-input", 4)),
    (f'{STEP}url = "${{item}}"\n', ("flow.unknown-name", 4)),
    (f'{STEP}url = "${{ open"\n', ("flow.bad-expression", 4)),
    (f"{STEP}at = 2026-01-01\n", ("flow.bad-type", 4)),
    (f"{STEP}[steps.compensate]\nx = 1\n", ("flow.missing", 4)),
    (f'{STEP}[steps.compensate]\nkind = "flow"\n', ("flow.bad-value", 5)),
    ('[[steps]]\nname = "a"\nkind = "wait"\n', ("flow.bad-settings", 1)),
    ('[[steps]]\nname = "a"\nkind = "wait"\nseconds = -1\n', ("flow.bad-settings", 4)),
    ('[[steps]]\nname = "a"\nkind = "wait"\nsignal = "No"\n', ("flow.bad-settings", 4)),
    (
        '[[steps]]\nname = "m"\nkind = "model"\n[[steps]]\nname = "g"\nkind = "gate"\ntree = "${steps.m.value}"\n',
        ("flow.advice-decides", 4),
    ),
    ('[[steps]]\nname = "a"\nkind = "flow"\n', ("flow.bad-settings", 1)),
]


@pytest.mark.parametrize(("text", "fault"), ONE, ids=range(len(ONE)))
def test_a_fault_is_told_with_its_line(text: str, fault: tuple[str, int]) -> None:
    assert faults_in(text) == [fault]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = f'extra = 1\n{STEP}when = "1 +"\nneeds = ["z"]\nretry = {{ times = 1000 }}\n'
    assert faults_in(text) == [
        ("flow.unknown-key", 1),
        ("flow.bad-expression", 5),
        ("flow.unknown-step", 6),
        ("flow.out-of-range", 7),
    ]


def test_a_flow_without_faults_is_read() -> None:
    text = f'{STEP}command = ["x"]\n[[steps]]\nname = "b"\nkind = "wait"\nsignal = "go"\nwhen = "steps.a.value.code"\n'
    flow = read(text.encode(), "f.toml", "f", ALONE)
    assert [step.name for step in flow.steps] == ["a", "b"]
    assert flow.step("a").settings == {"command": ["x"]}
    assert flow.step("b").settings == {"signal": "go"}


def test_kinds_and_their_settings_are_judged_by_who_knows_them() -> None:
    def judged(kind: str, settings: object, open_: object) -> list[tuple[str, str]]:
        return [("url", f"{kind} has no url")]

    around = Surroundings(frozenset({"http"}), judged)
    assert faults_in(f'{STEP}[[steps]]\nname = "b"\nkind = "http"\nurl = 1\n', around) == [
        ("flow.unknown-kind", 3),
        ("flow.bad-settings", 7),
    ]


def test_sub_flows_are_known_have_inputs_and_come_to_no_circle() -> None:
    part = Flow("part", (Step("a", "x"),), inputs=(Input("n", "integer", required=True),))
    round_ = Flow("round", (Step("a", "flow", {"flow": "f"}),))
    around = Surroundings(flows={"part": part, "round": round_}.get)
    text = "".join(
        f'[[steps]]\nname = "s{number}"\nkind = "flow"\nflow = "{name}"\ninputs = {given}\n'
        for number, (name, given) in enumerate(
            [("part", "{ n = 1 }"), ("part", "{ m = 1 }"), ("none", "{}"), ("round", "{}")]
        )
    )
    assert faults_in(text, around) == [
        ("flow.unknown-input", 10),
        ("flow.no-input", 10),
        ("flow.unknown-flow", 14),
        ("flow.circle", 19),
    ]


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"a = 1\na = 2"])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read(data, "f.toml", "f", ALONE)
    assert caught.value.code == "flow.not-toml"


def test_what_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Refused) as caught:
        read(b"#" * (LARGEST + 1), "f.toml", "f", ALONE)
    assert caught.value.code == "flow.too-large"


def test_inputs_of_a_run_are_judged() -> None:
    flow = Flow("f", (Step("a", "x"),), inputs=(Input("n", "integer", required=True), Input("s", default="d")))
    assert [wrong.code for wrong in input_faults(flow, {})] == ["flow.no-input"]
    assert [wrong.code for wrong in input_faults(flow, {"n": True, "z": 1})] == ["flow.bad-input", "flow.unknown-input"]
    assert input_faults(flow, {"n": 1}) == []
    assert with_defaults(flow, {"n": 1}) == {"n": 1, "s": "d"}


def test_lines_are_found_past_texts_and_lists_of_several_lines() -> None:
    text = 'a = [\n  "b = 1",\n]\nc = """\nd = 1\n"""\n[t.u]\ne.f = 1\n[[s]]\nx = 1\n[[s]]\n[s.y]\nz = 1\n'
    found = lines_of(text)
    assert {path: line for path, line in found.items() if path} == {
        ("a",): 1,
        ("c",): 4,
        ("t", "u"): 7,
        ("t", "u", "e", "f"): 8,
        ("s", 0): 9,
        ("s", 0, "x"): 10,
        ("s", 1): 11,
        ("s", 1, "y"): 12,
        ("s", 1, "y", "z"): 13,
    }
    assert line_of(found, ("s", 0, "x", "inner", 3)) == 10
    assert line_of(found, ("nothing",)) == 1
