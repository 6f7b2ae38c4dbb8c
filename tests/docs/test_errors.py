"""The catalogue of errors holds every code that the source can tell, and nothing else; each has a cause and a cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs_site.codes import ALSO, SOURCE, raised
from docs_site.errors import page
from laneshift.cli.catalogue import every
from laneshift.cli.talking import Ended, Talk, speaking
from laneshift.errors import Refused
from tests.cli.one_process import here
from tests.docs.commands import fault, typed

HOW = "write cause and cure of a code room.cause into src/laneshift/cli/catalogue/room.toml, below [cause]"


def test_every_code_of_the_source_is_in_the_catalogue() -> None:
    told = {each.code: f"{each.code} ({each.path}:{each.line})" for each in raised()}
    assert len(told) > 800, "codes are found at all"
    known = {entry.code for entry in every()}
    assert sorted(where for code, where in told.items() if code not in known) == [], HOW


def test_every_code_of_the_catalogue_is_in_the_source() -> None:
    told = {each.code for each in raised()}
    assert [entry.code for entry in every() if entry.code not in told] == [], "take these out of the catalogue"


def test_what_is_put_together_is_still_there() -> None:
    for path, codes in ALSO.items():
        text = (SOURCE / path).read_text(encoding="utf-8")
        pieces = ("not-", "no-report", "too-large")
        gone = [code for code in codes if code.partition(".")[2] not in text and not any(map(code.endswith, pieces))]
        assert [code for code in gone if not code.startswith("batch.not-")] == []


def test_each_has_a_cause_and_a_cure() -> None:
    short = [e.code for e in every() if not 10 <= len(e.cause) <= 200 or not 4 <= len(e.cure) <= 200]
    assert short == []
    assert [e.code for e in every() if e.cause[-1] not in ".?" or e.cure[-1] not in ".`"] == []


def test_cures_name_commands_that_exist() -> None:
    told = [(e.code, line) for e in every() for line in typed(f"{e.cause} {e.cure}")]
    assert len(told) > 80
    assert [f"{code}: {line}: {why}" for code, line in told if (why := fault(line))] == []


def test_the_page_has_an_anchor_for_each() -> None:
    anchors = re.findall(r"\{ #([\w.-]+) \}", page())
    assert anchors == [entry.code for entry in every()]
    assert "#### `batch.duplicate-source`" in page()


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("raise Refused('a.b', 'what')", {"a.b"}),
        ("raise Refused(code='a.b', what='what')", {"a.b"}),
        ("raise Refused('a.b' if x else 'a.c', 'what')", {"a.b", "a.c"}),
        ("CODE = 'a.b'\nraise Refused(CODE, 'what')", {"a.b"}),
        ("CODES = {1: 'a.b', 2: 'a.c'}\nraise Refused(CODES[x], 'what')", {"a.b", "a.c"}),
        ("def no(code):\n    raise Refused(code, 'x')\nno('a.b')", {"a.b"}),
        ("def no(cause):\n    raise Refused(f'a.{cause}', 'x')\ndef never(c):\n    no(c)\nnever('b')", {"a.b"}),
        ("class Held(Refused):\n    pass\nraise Held('a.b', 'x')", {"a.b"}),
        ("class Late(Refused):\n    def __init__(self, wait, code): ...\nraise Late(1, 'a.b')", {"a.b"}),
        ("class Wrong:\n    where: str\n    code: str\nWrong('x', 'a.b')", {"a.b"}),
        ("told = {'code': 'a.b'}", {"a.b"}),
        ("journal.append('a.b', {})", set()),
    ],
)
def test_codes_are_read_from_the_source(source: str, codes: set[str], tmp_path: Path) -> None:
    (tmp_path / "laneshift").mkdir()
    (tmp_path / "laneshift/room.py").write_text(f"from laneshift.errors import Refused\n{source}\n")
    assert {each.code for each in raised(tmp_path)} == codes


def test_a_code_is_followed_into_other_files(tmp_path: Path) -> None:
    (tmp_path / "laneshift/house").mkdir(parents=True)
    (tmp_path / "laneshift/house/__init__.py").write_text("from laneshift.house.door import no\n")
    refuse = "from laneshift.errors import Refused\n\ndef no(code):\n    raise Refused(code, 'x')\n"
    (tmp_path / "laneshift/house/door.py").write_text(refuse)
    (tmp_path / "laneshift/room.py").write_text("from laneshift.house import no\nno('a.b')\n")
    (tmp_path / "laneshift/other.py").write_text("from laneshift import house\nhouse.no('a.c')\n")
    assert {(each.code, each.kind) for each in raised(tmp_path)} == {("a.b", "Refused"), ("a.c", "Refused")}


def test_explain_tells_cause_and_cure() -> None:
    done = here(["explain", "batch.duplicate-source"])
    assert done.code == 0
    assert "cause: A source is in the batch twice." in done.out
    assert done.out.splitlines()[-1].startswith("next: ")
    assert here(["explain", "[batch.duplicate-source]", "--json"]).data["cure"] == "Keep one of the lines."


@pytest.mark.parametrize(("cure", "last"), [("", "  more: laneshift explain run.none"), ("mend it", "  cure: mend it")])
def test_an_error_without_a_cure_names_the_command_that_has_one(
    cure: str, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Talk(Path(), as_json=False, verbose=False)
    with pytest.raises(Ended), speaking(talk):
        raise Refused("run.none", "nothing runs", cure=cure)
    assert capsys.readouterr().err.splitlines()[-1] == last


def test_a_code_that_is_none_is_refused_with_those_near_it() -> None:
    done = here(["explain", "batch.duplicate-sorce", "--json"])
    assert done.code == 2
    assert "batch.duplicate-source" in done.data["error"]["cure"]
    assert here(["explain", "nowhere.at-all", "--json"]).data["error"]["code"] == "usage.unknown-code"


def test_all_codes_are_listed_without_one() -> None:
    assert len(here(["explain", "--json"]).data["codes"]) == len(list(every()))
