"""What a command that opened the workshop of a repository leaves behind for the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.cli.opened import opened
from laneshift.cli.session import session
from laneshift.code.index import Index, making
from tests.repo.builders import repo_at


def test_what_was_read_of_a_few_files_is_kept_for_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = repo_at(tmp_path / "repo", {"a.py": "import os\n", "b.py": "import sys\n"})
    tree = repository.tree("HEAD")
    with session(tmp_path / "repo", as_json=False, verbose=False) as talk:
        told = opened(talk).index.facts(tree)["a.py"]
    made: list[bytes] = []
    record_of = making.record_of

    def noting(data: bytes | None) -> bytes:
        made.append(data or b"")
        return record_of(data)

    monkeypatch.setattr(making, "record_of", noting)
    again = Index.open(repository).facts(tree)
    assert again["a.py"] == told
    assert made == []
    assert again["b.py"] != told
    assert made == [b"import sys\n"]
