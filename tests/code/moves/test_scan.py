"""Which files contain a text: the answer without an index, against reading every file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.moves.scan import Sweep, mentioned
from laneshift.code.sought import joined
from laneshift.errors import LaneshiftError
from laneshift.repo.objects import MODE_SYMLINK, File, Repository, Tree
from tests.repo.builders import repo_at

_WORDS = ("alpha", "beta_2", "beta_2.'", "beta_2.{", "grüße")
_PIECES = ["alpha", "beta_2", ".'", ".{x}", "\n", "\r", "\0", "grüße", " alph", "a", "-e"]
_NAMES = st.sampled_from(["a.py", "b.txt", "sub dir/c.py", "sub dir/-e", "d/grüße.py", "d/new\nline"])
_FILES = st.dictionaries(_NAMES, st.lists(st.sampled_from(_PIECES), max_size=6).map("".join), min_size=1)


def tree_of(path: Path, files: dict[str, str], link: str) -> Tree:
    changes = {name: File(text.encode()) for name, text in files.items()}
    repository = repo_at(path, {"a": ""})
    return repository.empty_tree().edit({**changes, "link": File(os.fsencode(link), MODE_SYMLINK)})


@settings(max_examples=25, deadline=None, derandomize=True)
@given(_FILES, st.sampled_from(["alpha.py", "nowhere"]))
def test_a_sweep_finds_what_reading_finds(files: dict[str, str], link: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = tree_of(Path(folder) / "r", files, link)
        sweep = Sweep(_WORDS[:3])
        for word in _WORDS:
            expected = {name for name, text in {**files, "link": link}.items() if word in text}
            assert set(sweep(tree, word)) == expected
            assert {path for path, _, _ in mentioned(tree, (word,), sweep)} == expected


def test_attributes_and_settings_of_the_repository_hide_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r"
    attributes = "*.py binary -diff\n*.md diff=odd\n"
    repo_at(path, {".gitattributes": attributes, "a.py": "needle\0\n", "b.md": "a\nneedle\n", "c.py": "NEEDLE\n"})
    with (path / ".git/config").open("a", encoding="utf-8") as config:
        config.write('[grep]\n\tpatternType = perl\n\tlineNumber = true\n[diff "odd"]\n\ttextconv = false\n')
    repository = Repository.open(path)
    tree = repository.tree("HEAD")
    assert set(Sweep(["needle"])(tree, "needle")) == {"a.py", "b.md"}
    assert set(Sweep(["n..dle"])(tree, "n..dle")) == set()


def test_a_missing_blob_is_an_error_and_never_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "r"
    repo_at(path, {"a.py": "needle\n", "b.py": "another needle\n"})
    tree = Repository.open(path).tree("HEAD")
    entry = tree.entry("b.py")
    assert entry is not None
    (path / ".git/objects" / entry.oid[:2] / entry.oid[2:]).unlink()
    with pytest.raises((LaneshiftError, KeyError)):
        Sweep(["needle"])(Repository.open(path).tree("HEAD"), "needle")


def test_what_is_joined_to_a_package_ends_its_last_part() -> None:
    assert joined("a.b") == ['b."', "b.'", "b.{", "b.%s"]
    assert joined("") == []
