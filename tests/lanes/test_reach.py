"""What is told of imports by which no chain goes, from the files that lead into each lane."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.lanes.arrows import Arrow
from laneshift.lanes.reach import Reach, decides_nothing, keep_reach, load_reach, reach_of, turned

PATHS = ["core/a.py", "labs/a.py", "labs/b.py", "tools/a.py"]
LANES = ["core", "labs", "labs", ""]


def test_it_is_what_leads_into_a_lane_for_anyone_who_may_not(tmp_path: Path) -> None:
    forbidden = [("core", "labs"), ("serve", "labs"), ("labs", "core")]
    reaching = {("core", "labs"): frozenset({"labs/a.py"}), ("serve", "labs"): frozenset({"tools/a.py"})}
    reach = reach_of(forbidden, reaching, PATHS, frozenset({"tools/a.py"}))
    assert reach == Reach(("core", "labs"), bytes([0, 0, 0, 0, 0, 1, 0, 1]), frozenset({"tools/a.py"}))
    keep_reach(str(tmp_path), "a" * 40, reach)
    assert load_reach(str(tmp_path), "a" * 40) == reach
    assert load_reach(str(tmp_path), "b" * 40) is None


@pytest.mark.parametrize(
    ("importer", "imported", "nothing"),
    [(0, 3, False), (0, 2, False), (1, 2, True), (1, 3, True), (3, 2, False), (3, 0, True), (0, 0, True)],
)
def test_an_import_decides_nothing_in_the_lane_or_towards_what_leads_nowhere(
    importer: int, imported: int, *, nothing: bool
) -> None:
    reach = Reach(("labs",), bytes([0, 1, 0, 1]))
    assert decides_nothing(reach, LANES, importer, [imported]) is nothing


def test_what_is_of_other_paths_is_refused_and_what_is_too_much_is_not_kept() -> None:
    with pytest.raises(ValueError, match="other paths"):
        decides_nothing(Reach(("labs",), b"\0"), LANES, 0, [1])
    assert decides_nothing(Reach((), b""), LANES, 0, [1])
    assert reach_of([("core", f"lane{number}") for number in range(65)], {}, PATHS) is None


def test_imports_are_turned_by_more_or_less_or_another_first_one() -> None:
    one, two, typed = Arrow("a", 1, "static"), Arrow("b", 2, "static"), Arrow("a", 3, "type-checking")
    assert turned([one, two], [two._replace(line=1), one._replace(line=2)]) == set()
    assert turned([one], [one, two]) == turned([one, two], [one]) == {"b"}
    assert turned([one, typed], [typed._replace(line=1), one._replace(line=2)]) == {"a"}
    assert turned([one], [one._replace(kind="type-checking")]) == {"a"}
