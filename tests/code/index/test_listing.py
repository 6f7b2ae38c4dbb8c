"""Entries of a listing: by a search for the first few, by a table for many, and the same either way."""

from __future__ import annotations

import os
from array import array
from itertools import pairwise

from laneshift.code.index.listing import Listing
from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, Entry

_PATHS = sorted((f"a{number:02}/b.py" for number in range(96)), key=str.encode)


def _listing() -> Listing:
    modes = array("H", (MODE_EXECUTABLE if number % 2 else MODE_FILE for number in range(len(_PATHS))))
    return Listing(list(_PATHS), modes, b"".join(bytes([number]) * 20 for number in range(len(_PATHS))))


def test_each_path_has_its_entry_however_many_were_asked_for_before() -> None:
    listing = _listing()
    for _ in range(2):
        for number, path in enumerate(_PATHS):
            mode = MODE_EXECUTABLE if number % 2 else MODE_FILE
            assert listing.entry(path) == Entry(mode, bytes([number]).hex() * 20)


def test_what_is_not_there_has_none_however_many_were_asked_for_before() -> None:
    listing = _listing()
    absent = ["", "a00", "a00/b.p", "zz", "a\udc80", "a\ud800", *(f"{one}~{two}" for one, two in pairwise(_PATHS))]
    for _ in range(2):
        assert [path for path in absent if listing.entry(path) is not None] == []


def test_a_folder_has_all_that_lies_below_it_and_nothing_beside() -> None:
    paths = sorted(["a", "b-c/d", "b.py", "b/a/e", "b/f", "b/\udc80", "b0/g", "c"], key=os.fsencode)
    listing = Listing(paths, array("H", [MODE_FILE] * len(paths)), bytes(20 * len(paths)))
    assert [path for path, _ in listing.below("b")] == ["b/a/e", "b/f", "b/\udc80"]
    assert [path for path, _ in listing.below("b/a")] == ["b/a/e"]
    assert [listing.below(path) for path in ("a", "b.py", "b/", "", "z", "a\ud800")] == [()] * 6
