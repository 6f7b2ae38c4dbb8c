"""Random paths, contents and trees for property tests."""

from __future__ import annotations

import os

from hypothesis import strategies as st

from laneshift.repo.objects import File

ODD_NAMES = [
    "a", "b", "c.py", "d e", "ü", "日本", "new\nline", "tab\t", "-dash", "quote'\"", "x\\y", ".hidden", "a.lock", "UP",
    "up", os.fsdecode(b"\xff\xfe"), os.fsdecode(b"latin\xe9"), "a-", "a0", "*?[", ":colon", "~", "git", "..x",
]  # fmt: skip
names = st.sampled_from(ODD_NAMES)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
contents = st.sampled_from([b"", b"1\n", b"2\n", b"\x00\xff", b"same size 1", b"same size 2", b"line\r\n"])
files = st.builds(File, contents, st.sampled_from([0o100644, 0o100644, 0o100755]))
links = st.builds(File, st.sampled_from([b"a", b"../..", b"/etc/passwd", b"loop"]), st.just(0o120000))


def fits(changes: dict[str, File]) -> dict[str, File]:
    """The changes without those that lie below another one's path: those two cannot both be."""
    return {path: file for path, file in changes.items() if not any(path.startswith(f"{other}/") for other in changes)}


trees = st.dictionaries(paths, files | links, max_size=12).map(fits)
