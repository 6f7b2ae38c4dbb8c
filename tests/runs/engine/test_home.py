"""The name of a state folder: one for all processes, never followed elsewhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.runs.engine.home import home


def test_everybody_who_asks_at_once_gets_the_same_name(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: home(tmp_path), range(40)))
    assert len(set(names)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["engine-home"]


def test_two_folders_have_two_names(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    assert home(folders[0]) != home(folders[1])


@pytest.mark.parametrize("text", [b"", b"../../x\n", b"ABCDEF0123456789", b"0" * 200, b"\xff\xfe"])
def test_a_damaged_name_is_told(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "engine-home").write_bytes(text)
    with pytest.raises(NeedsPerson) as caught:
        home(tmp_path)
    assert caught.value.code == "engine.bad-home"
    assert caught.value.cure


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("0123456789abcdef\n")
    state = tmp_path / "state"
    state.mkdir()
    for target in (elsewhere, tmp_path / "nowhere"):
        (state / "engine-home").symlink_to(target)
        with pytest.raises(NeedsPerson):
            home(state)
        (state / "engine-home").unlink()
    assert not (tmp_path / "nowhere").exists()
