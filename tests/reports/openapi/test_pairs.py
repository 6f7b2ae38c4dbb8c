"""No labelled pair is mislabelled: what breaks a client, what cannot be told, and what is safe."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from laneshift.repo.objects import Repository
from laneshift.reports.openapi.comparing import Compared, compare
from laneshift.reports.openapi.document import document
from laneshift.reports.openapi.validity import ENDLESS, remark
from tests.repo.builders import git_cli
from tests.reports.openapi.pairs_of import Labelled, labelled

PAIRS = labelled()


def compared(pair: Labelled) -> Compared:
    old, new = (
        document(f"{name}.json", json.dumps(each).encode())
        for name, each in zip("ab", (pair.old, pair.new), strict=True)
    )
    return compare(old, new)


def said(found: Compared) -> str:
    """The worst verdict, or `same`."""
    return found.findings[0].verdict.value if found.findings else "same"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_pair_has_its_label(pair: Labelled) -> None:
    found = compared(pair)
    assert said(found) == pair.label, [str(each) for each in found.findings]
    worst = {each.code for each in found.findings if each.verdict.value == pair.label}
    assert pair.code in worst if pair.code else True


def test_there_are_enough_pairs_of_every_label() -> None:
    counts = Counter(pair.label for pair in PAIRS)
    assert len(PAIRS) >= 80
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)
    assert min(counts[label] for label in ("breaking", "unsure", "safe", "same")) >= 10, counts
    assert sum(bool(pair.code) for pair in PAIRS) >= 80


def test_a_document_beside_itself_has_nothing_to_say() -> None:
    told = [
        (pair.name, found)
        for pair in PAIRS
        for each in (pair.old, pair.new)
        if (found := compared(Labelled(pair.name, "same", "", each, json.loads(json.dumps(each)))).findings)
    ]
    assert told == []


def test_the_documents_of_the_pairs_are_valid(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    git_cli(folder, "init", "-q")
    tree = Repository.open(folder).empty_tree()
    remarks = {
        remark(document("a.json", json.dumps(each).encode()), tree) for pair in PAIRS for each in (pair.old, pair.new)
    }
    assert remarks <= {"", ENDLESS}
