"""Fewer files than there are tell how each is imported; and levels are counted exactly."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from laneshift.code.modules import Modules
from laneshift.manifests.checking_code import Code
from laneshift.manifests.document import DEEPEST, NotReadableError, read

FOLDERS = st.sampled_from(["a", "b", "src", "lib", "python", "x-y", "class"])
FILES = st.sampled_from(["__init__.py", "a.py", "b.py", "no-name.py", "src.py", "words.txt"])
PATHS = st.lists(st.builds(lambda above, name: "/".join([*above, name]), st.lists(FOLDERS, max_size=4), FILES))


@given(PATHS, st.sampled_from([(), ("src",), ("a", "lib/b")]))
@example(["a/b.py", "a/src/a.py", "a/__init__.py", "x-y/lib/b/__init__.py", "lib/a.py"], ())
@settings(max_examples=400, derandomize=True, deadline=None)
def test_files_and_folders_are_named_as_by_all_modules(paths: list[str], roots: tuple[str, ...]) -> None:
    every, code = Modules.of(paths, roots), Code.of(paths, roots)
    python = {path for path in paths if path.endswith(".py")}
    assert code.modules.roots == every.roots
    assert {path: name for path in python if (name := code.name_of(path))} == every.by_path
    assert {path for path in paths if code.has(path)} == set(every.by_path)
    for folder in {path.rpartition("/")[0] for path in python}:
        assert code.has(folder)
        assert code.name_of(folder) == every.name_of(f"{folder}/__init__.py")


def test_a_file_that_is_not_there_has_no_name() -> None:
    code = Code.of(["a/b.py", "a/c.txt"])
    assert (code.name_of("a/d.py"), code.has("a/d.py"), code.has("c"), code.has("a/c.txt")) == (None,) + (False,) * 3


@pytest.mark.parametrize("inner", ["[]", "{}"])
def test_levels_are_counted_to_the_last_one(inner: str) -> None:
    opening, closing = '{"a": ', "}"
    deepest = opening * (DEEPEST - 1) + inner + closing * (DEEPEST - 1)
    assert isinstance(read(deepest.encode()), dict)
    with pytest.raises(NotReadableError, match="more than 32 levels"):
        read((opening + deepest + closing).encode())
    broad = '{"a": [' + ", ".join([inner] * 100) + '], "b": "[[{{' + "[" * 100 + '"}'
    assert len(read(broad.encode())["a"]) == 100
