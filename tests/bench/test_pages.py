"""The benchmark of the pages measures what it says: a real browser sees every item of a batch as the journal has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import pages


def test_one_run_has_every_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ITEMS", 12)
    monkeypatch.setattr(pages, "_ANSWERS", 3)
    section = pages.pages(tmp_path, 1)
    assert [row[0] for row in section.table[1:]] == [
        "all items change",
        "scrolling",
        "scrolling while all items change",
    ]
    assert all(int(row[1]) > 0 for row in section.table[1:])
    claims = {claim.text: claim for claim in section.claims}
    assert claims["items shown as they are once all have changed"].measured == "12.0 items"
