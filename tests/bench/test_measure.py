"""Timing of whole processes, and what is made of it. No test asserts how long something takes."""

from __future__ import annotations

import datetime as dt
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.chart import chart
from bench.contestants import Case, restore, working_copy
from bench.measure import Contestant, Sample, Summary, interleave, timed
from bench.report import chapter, part, text, write
from bench.section import Section, at_least, at_most
from bench.single_move import claims
from laneshift.errors import CheckFailed
from tests.repo.builders import git_cli


def summary(name: str, *seconds: float, megabytes: float = 10.0) -> Summary:
    return Summary(name, tuple(Sample(each, each, megabytes, "") for each in seconds))


def test_contestants_take_turns_after_a_warm_up(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    both = [
        Contestant(name, [(sys.executable, "-c", program, str(log), name)], tmp_path, rounds=limit)
        for name, limit in (("a", 0), ("b", 0), ("s", 1))
    ]
    found = interleave(both, 3)
    assert log.read_text() == "ab" + "abs" + "ab" + "ab"
    assert [len(each.samples) for each in found] == [3, 3, 1]


def test_commands_of_one_contestant_add_up_and_print_together(tmp_path: Path) -> None:
    steps = [(sys.executable, "-c", f"print({number})") for number in (1, 2)]
    (found,) = interleave([Contestant("both", steps, tmp_path)], 1, warm_up=False)
    assert found.samples[0].printed == "1\n2\n"
    assert found.seconds > 0
    assert found.megabytes > 1


def test_the_memory_of_a_program_is_not_that_of_whoever_measures(tmp_path: Path) -> None:
    large = bytearray(150 << 20)  # this process has at least that
    small = timed((sys.executable, "-S", "-c", "print('small')"), tmp_path)
    middle = timed((sys.executable, "-S", "-c", "bytearray(b'x') * (60 << 20)"), tmp_path)
    assert small.megabytes < 50
    assert 60 < middle.megabytes < 110
    assert len(large) == 150 << 20


def test_a_program_may_time_a_part_of_itself(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "print(0.125)")
    (found,) = interleave([Contestant("part", [command], tmp_path, figure=float)], 3)
    assert found.seconds == 0.125


def test_the_time_of_a_failure_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed) as caught:
        timed((sys.executable, "-c", "import sys; sys.exit('broken')"), tmp_path)
    assert caught.value.code == "bench.failed"
    assert "broken" in caught.value.why


def test_medians_and_extremes() -> None:
    found = summary("x", 3.0, 1.0, 2.0, megabytes=4.0)
    assert (found.seconds, found.spread, found.megabytes) == (2.0, (1.0, 3.0), 4.0)


def test_goals_are_met_or_missed() -> None:
    assert at_most("", 1.5, 1.5, "times").met
    assert not at_most("", 1.51, 1.5, "times").met
    assert at_least("", 45, 45, "times").met
    assert not at_least("", 44.9, 45, "times").met


def test_the_goals_of_a_move_compare_the_right_rows() -> None:
    rows = [
        summary("cold", 1.0),
        summary("warm", 0.5),
        summary("grep", 0.8),
        summary("floor", 0.3),
        summary("rope", 60),
    ]
    assert [each.met for each in claims(rows)] == [True, True, True, False, True, True]
    rows[0] = summary("cold", 1.3, megabytes=201)
    assert [each.met for each in claims(rows)] == [False, True, True, False, True, False]


def test_the_page_names_the_command_and_every_figure_and_no_machine(tmp_path: Path) -> None:
    section = Section(
        "x",
        "A title",
        [summary("one", 1.0)],
        [at_most("goal", 2, 1, "s")],
        ["A note."],
        chart("", "", "", {"l": [(1, 1)]}),
    )
    written = write([section], "python -m bench x", dt.date(2026, 1, 2), tmp_path)
    found = written.read_text()
    own = chapter([part(section, "python -m bench x", dt.date(2026, 1, 2), tmp_path / "benchmarks")])
    assert found == f"# Benchmarks\n\n{own}\n"
    for shown in ("2026-01-02", "`python -m bench x`", "| one | 1.000 s |", "**no**", "A note.", "(benchmarks/x.svg)"):
        assert shown in found
    assert (tmp_path / "benchmarks" / "x.svg").exists()
    assert str(tmp_path) not in found
    assert "MISS goal" in text(section)


def test_other_chapters_of_the_page_stay_as_they_are(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n## By hand\n\nStays.\n")
    write([Section("x", "First", [summary("one", 1.0)])], "c", dt.date(2026, 1, 2), tmp_path)
    first = page.read_text()
    write([Section("x", "Second", [summary("one", 2.0)])], "c", dt.date(2026, 1, 3), tmp_path)
    second = page.read_text()
    assert first.endswith("\n\n## By hand\n\nStays.\n")
    assert second.endswith("\n\n## By hand\n\nStays.\n")
    assert ("Second" in second, "2.000 s" in second, "First" in second, "1.000 s" in second) == (
        True,
        True,
        False,
        False,
    )
    assert len(second.splitlines()) == len(first.splitlines())


def test_measuring_one_thing_again_leaves_the_other_figures(tmp_path: Path) -> None:
    day = dt.date(2026, 1, 2)
    three = [Section(name, name.upper(), [summary("row", 1.0)]) for name in ("x", "y", "z")]
    page = write(three, "all of them", day, tmp_path)
    before = page.read_text()
    write([Section("y", "Y", [summary("row", 2.0)])], "only y", day, tmp_path)
    after = page.read_text()
    head, rest = before.split("<!-- measured: y -->")
    assert after.startswith(head)
    assert after.endswith(rest[rest.index("<!-- measured: z -->") :])
    assert ("2.000 s" in after, after.count("1.000 s"), after.count("only y")) == (
        True,
        2 * before.count("1.000 s") // 3,
        1,
    )
    write([Section("new", "New", [summary("row", 3.0)])], "new", day, tmp_path)
    assert page.read_text().index("### Z") < page.read_text().index("### New")


def test_a_chart_is_sound_xml_with_every_point() -> None:
    drawn = chart("a < b & c", "x", "y", {"one": [(1, 0.5), (10, 2)], "two": [(1, 1)]})
    root = ET.fromstring(drawn)
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 3
    assert "a < b & c" in [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_values_of_a_chart_never_lie_on_one_another() -> None:
    drawn = chart("", "", "", {name: [(1, 1 + place / 1000), (2, 9)] for place, name in enumerate("abcdef")})
    texts = [each for each in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text") if "." in (each.text or "")]
    places = [(float(each.attrib["x"]), float(each.attrib["y"])) for each in texts]
    assert len(places) == 4
    assert all(a is b or a[0] != b[0] or abs(a[1] - b[1]) >= 11 for a in places for b in places)


@pytest.mark.parametrize("lines", [{}, {"one": []}, {"one": [(0, 1)]}, {"one": [(1, -1)]}])
def test_a_chart_of_nothing_or_below_zero_is_refused(lines: dict[str, list[tuple[float, float]]]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        chart("", "", "", lines)


def test_a_working_copy_is_restored_whatever_happened_to_it(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.py").write_text("A = 1\n")
    git_cli(source, "init", "--quiet", "--initial-branch=main")
    git_cli(source, "add", "--all")
    git_cli(source, "commit", "--quiet", "--message", "base")
    copy = working_copy(source, tmp_path / "copy")
    (copy / "a.py").unlink()
    (copy / "b").mkdir()
    (copy / "b" / "c.py").write_text("")
    restore(copy)
    assert git_cli(copy, "status", "--porcelain") == ""
    assert (copy / "a.py").read_text() == "A = 1\n"


def test_a_case_spells_names_for_every_tool() -> None:
    case = Case("x", Path(), "a/b.py", "c/b.py")
    assert (case.old, case.new) == ("a.b", "c.b")


def test_an_unknown_benchmark_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["nonsense"])
    assert caught.value.code == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_summary_is_json() -> None:
    assert json.loads(json.dumps(Section("x", "t", [summary("one", 1.0)]).as_dict()))["rows"][0]["seconds"] == 1.0
