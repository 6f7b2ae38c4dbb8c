"""Facts that are asked for one by one are kept, and found by who asks next."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.code.facts import decode_links
from laneshift.code.index import Index, making
from laneshift.errors import Bug
from tests.repo.builders import repo_at


def test_what_one_process_extracted_is_not_extracted_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = repo_at(tmp_path / "repo", {"a.py": "import b\n", "b.py": "X = 1\n"})
    oid = bytes.fromhex(repository.tree("HEAD").entries["a.py"].oid)
    with Index.open(repository) as index:
        first = index.record(oid)
    kept = sorted((repository.state_dir / "index").iterdir())
    assert kept

    def never(data: bytes | None) -> bytes:
        raise Bug("test.extracted", "extracted again")

    monkeypatch.setattr(making, "record_of", never)
    with Index.open(repository) as index:
        assert index.record(oid) == first
    assert [one.module for one in decode_links(first).imports] == ["b"]
    assert sorted((repository.state_dir / "index").iterdir()) == kept, "nothing is written twice"
