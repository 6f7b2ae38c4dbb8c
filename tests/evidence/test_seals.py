"""A journal rewritten to its end, with every digest computed again, is told by its seals, and by record."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.chain import check
from laneshift.evidence.records import Record, seal
from laneshift.evidence.seals import Seal, against, chunks, leaves_in, read_seal, sealed

_ORIGIN = "sha256:" + "0" * 64
_SIZE = 40
_FEWER = st.integers(1, _SIZE)
_MANY = settings(derandomize=True, max_examples=500, deadline=None)


def _rewritten(facts: list[dict[str, int]]) -> list[Record]:
    """A whole journal with these facts: what a forger who owns the file makes of it."""
    records: list[Record] = []
    after = (_ORIGIN, "")
    for seq, each in enumerate(facts, start=1):
        record = seal(seq=seq, key=f"k{each['n']}", kind="x", at=seq, actor="me", tool="1", facts=each, after=after)
        records.append(record)
        after = (record.digest, record.key)
    return records


_FACTS = [{"n": number} for number in range(_SIZE)]
_RECORDS = _rewritten(_FACTS)
_SEALS = [sealed(_RECORDS[:size], _ORIGIN)[0] for size in (7, 20, _SIZE)]
_KEPT = sealed(_RECORDS, _ORIGIN)[1]


def test_an_untouched_journal_holds_also_when_it_grew() -> None:
    assert against(_SEALS, _KEPT, _RECORDS, _ORIGIN) == []
    assert against(_SEALS[:2], _KEPT[:20], _RECORDS, _ORIGIN) == []


@_MANY
@given(_FEWER, st.sampled_from(["edit", "remove", "insert", "cut", "swap"]), st.booleans())
def test_every_tampering_is_named_though_the_chain_is_whole(seq: int, how: str, kept: bool) -> None:
    facts = list(_FACTS)
    if how == "edit":
        facts[seq - 1] = {"n": 1000}
    elif how == "remove":
        del facts[seq - 1]
    elif how == "insert":
        facts.insert(seq - 1, {"n": 1000})
    elif how == "cut":
        del facts[seq - 1 :]
    else:
        facts[seq - 1], facts[seq % _SIZE] = facts[seq % _SIZE], facts[seq - 1]
    records = _rewritten(facts)
    assert check(records) == []
    first = 1 if how == "swap" and seq == _SIZE else seq
    found = against(_SEALS, _KEPT if kept else [], records, _ORIGIN)
    assert found
    if kept:
        assert found[0].seq == first
    else:
        assert found[0].seq <= first


def test_hashes_that_were_edited_along_do_not_help() -> None:
    records = _rewritten([*_FACTS[:24], {"n": 1000}, *_FACTS[25:]])
    found = against(_SEALS, sealed(records, _ORIGIN)[1], records, _ORIGIN)
    assert [(each.code, each.seq) for each in found] == [("evidence.rewritten", 21)]
    assert "up to record 40" in found[0].what


def test_a_seal_that_was_edited_is_told() -> None:
    forged = replace(_SEALS[1], root=bytes(32))
    found = against([_SEALS[0], forged, _SEALS[2]], _KEPT, _RECORDS, _ORIGIN)
    assert [(each.code, each.seq) for each in found] == [("evidence.rewritten", 8)]


def test_another_journal_is_told() -> None:
    found = against(_SEALS[:1], _KEPT[:7], _RECORDS, "sha256:" + "1" * 64)
    assert [each.code for each in found] == ["evidence.foreign"]


@_MANY
@given(st.integers(0, 2**49), st.binary(min_size=32, max_size=32))
def test_the_text_of_a_seal_reads_back(size: int, root: bytes) -> None:
    one = Seal(_ORIGIN, size, root)
    assert read_seal(one.text()) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        _SEALS[0].text() + "more\n",
        _SEALS[0].text().replace("\n7\n", "\n07\n"),
        _SEALS[0].text().replace("\n7\n", "\n-7\n"),
        _SEALS[0].text().replace("laneshift", "elsewhere"),
        _SEALS[0].text().removesuffix("\n"),
        f"laneshift.journal/{'0' * 64}\n7\n{b64encode(bytes(31)).decode()}\n",
        f"laneshift.journal/{'0' * 64}\n7\n{b64encode(bytes(32)).decode()} \n",
        f"laneshift.journal/{'0' * 63}\n7\n{b64encode(bytes(32)).decode()}\n",
    ],
)
def test_what_is_not_quite_a_seal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="seal"):
        read_seal(text)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1000])
def test_hashes_are_kept_in_files_of_which_only_the_last_changes(size: int) -> None:
    leaves = [number.to_bytes(32, "big") for number in range(size)]
    files = chunks(leaves)
    assert leaves_in([files[name] for name in sorted(files)]) == leaves
    later = chunks([*leaves, bytes(32)])
    changed = [name for name in later if files.get(name) != later[name]]
    assert len(changed) == 1
    with pytest.raises(ValueError, match="cut off"):
        leaves_in([b"x"])
