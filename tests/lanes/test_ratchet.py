"""Known violations stay known, new ones are new, and the list reads back what was written, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.lanes.arrows import Kind
from laneshift.lanes.crossings import Crossing, Hop, Identity
from laneshift.lanes.ratchet import judge, read, write

_PATHS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
_LANES = st.sampled_from(["labs", "core", "serve"])
_HOW = st.sampled_from(["direct", "indirect", "direct-type-checking", "indirect-type-checking"])
IDENTITIES = st.frozensets(st.tuples(_HOW, _LANES, _LANES, _PATHS, _PATHS), max_size=8)


def crossing(
    importer: str, imported: str = "labs/a.py", kind: Kind = "static", via: str = "", line: int = 1
) -> Crossing:
    """A violation of core's, direct or by way of one file."""
    hops = (Hop(importer, via or imported, line, kind), *([Hop(via, imported, 1, "static")] if via else []))
    return Crossing("core", "labs", hops)


def of(identity: Identity) -> Crossing:
    """A violation with this identity."""
    how, source, target, importer, imported = identity
    kind: Kind = "type-checking" if how.endswith("checking") else "static"
    last = () if how.startswith("direct") else (Hop(imported, "end", 1, "static"),)
    return Crossing(source, target, (Hop(importer, imported, 1, kind), *last))


@settings(derandomize=True, max_examples=200)
@given(IDENTITIES)
def test_the_list_reads_back_and_is_sorted(identities: frozenset[Identity]) -> None:
    data = write(identities)
    assert read(data, "list") == identities
    assert write(read(data, "list")) == data
    lines = data.decode().split("\n")[1:-1]
    assert lines == sorted(lines)
    assert len(lines) == len(identities)


@settings(derandomize=True, max_examples=200)
@given(IDENTITIES, IDENTITIES, IDENTITIES)
def test_new_known_and_gone_share_out_everything(
    before: frozenset[Identity], after: frozenset[Identity], listed: frozenset[Identity]
) -> None:
    judged = judge([of(each) for each in before], [of(each) for each in after], listed)
    new, known = {each.identity for each in judged.new}, {each.identity for each in judged.known}
    assert new | known == after
    assert not new & (known | before | listed)
    assert set(judged.gone) == listed - after
    assert judged.passes == (not new)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"direct\tcore\tlabs\ta.py\n", 1),
        (b"direct\tcore\tlabs\ta.py\tb.py\tc.py\nnonsense\n", 2),
        (b"sideways\tcore\tlabs\ta.py\tb.py\n", 1),
        (b"direct\tcore\t\ta.py\tb.py\n", 1),
        (b"\xff\xfe\0", 1),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_every_line(data: bytes, lines: int) -> None:
    with pytest.raises(Refused) as caught:
        read(data, "list")
    assert (caught.value.code, len(caught.value.faults)) == ("lanes.bad-baseline", lines)


def test_a_violation_is_the_same_when_lines_move_and_another_when_the_import_is() -> None:
    old = crossing("core/x.py", line=3)
    assert judge([old], [crossing("core/x.py", line=9)]).passes
    assert judge([], [crossing("core/x.py")], frozenset([old.identity])).passes
    assert not judge([old], [crossing("core/y.py")]).passes
    assert not judge([old], [crossing("core/x.py", "labs/b.py")]).passes
    assert not judge([old], [crossing("core/x.py", via="tools/t.py")]).passes


def test_an_import_for_type_checkers_that_begins_to_run_is_new_and_the_other_way_is_not() -> None:
    runs, checks = crossing("core/x.py"), crossing("core/x.py", kind="type-checking")
    assert judge([checks], [runs]).new == (runs,)
    assert judge([runs], [checks]).passes


def test_a_violation_travels_with_its_file_inside_its_lane() -> None:
    old, new = crossing("core/x.py"), crossing("core/deep/x.py")
    assert judge([old], [new], relocated={"core/x.py": "core/deep/x.py"}).passes
    assert judge(None, [new], frozenset([old.identity]), {"core/x.py": "core/deep/x.py"}).gone == ()
    assert not judge([old], [new]).passes
    crossed = Crossing("serve", "labs", (Hop("serve/x.py", "labs/a.py", 1, "static"),))
    assert not judge([old], [crossed], relocated={"core/x.py": "serve/x.py"}).passes


def test_a_change_may_not_lengthen_the_list_that_it_is_held_against() -> None:
    sly = crossing("core/sly.py")
    listed = frozenset([crossing("core/x.py").identity])
    judged = judge([crossing("core/x.py")], [crossing("core/x.py"), sly], listed, None, listed | {sly.identity})
    assert judged.new == (sly,)
    assert judged.grown == (sly.identity,)
    shorter = judge([crossing("core/x.py")], [], listed, None, frozenset())
    assert shorter.passes
    assert shorter.gone == tuple(listed)
