"""A thousand drawn packages with five contracts each: the verdicts and direct imports are import-linter's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from laneshift.code.facts.extract import extract
from laneshift.lanes.contracts.check import check
from laneshift.lanes.contracts.imports import imports_of
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.packages import find
from tests.lanes.contracts import oracle
from tests.lanes.contracts.drawn import Drawn, draw
from tests.repo.builders import write_files

CASES, SHARES = 1_000, 10


def ours(case: Drawn) -> tuple[list[str], set[tuple[str, str]]]:
    """Our verdicts in the order of the contracts, and our direct imports."""
    said = {path: extract(text.encode()).imports for path, text in case.files.items()}
    options = Options("", case.general, tuple(case.contracts))
    verdicts = check(options, said, said.__getitem__, [])
    found = find(said, options.root_packages, [])
    direct = {
        (one.importer, one.imported)
        for one in imports_of(found, found.seen, said.__getitem__).direct
        if (options.with_externals or not one.outside)
        and not (options.without_type_checking and one.kind == "type-checking")
    }
    return [each.status for each in verdicts], direct


@pytest.mark.parametrize("share", range(SHARES))
def test_verdicts_and_direct_imports_are_those_of_import_linter(tmp_path: Path, share: int) -> None:
    statuses: Counter[str] = Counter()
    for seed in range(share, CASES, SHARES):
        case = draw(seed)
        folder = tmp_path / str(seed)
        write_files(folder, case.files)
        graph = oracle.graph_of(folder, case.general)
        expected = [oracle.verdict(graph, case.general, contract) for contract in case.contracts]
        verdicts, direct = ours(case)
        assert direct == oracle.edges(graph), f"seed {seed}"
        assert verdicts == expected, f"seed {seed}: {case.contracts}"
        statuses.update(verdicts)
    assert min(statuses[status] for status in ("kept", "broken", "invalid")) > 40, statuses


def test_a_deep_look_that_went_no_further_up_found_what_a_shallow_one_finds() -> None:
    far: Counter[bool] = Counter()
    for seed in range(100):
        case = draw(seed)
        said = {path: extract(text.encode()).imports for path, text in case.files.items()}
        found = find(said, tuple(case.general["root_packages"]), [])
        deep = imports_of(found, found.seen, said.__getitem__, deep=True)
        shallow = imports_of(found, found.seen, said.__getitem__)
        assert deep.is_far or deep == shallow, f"seed {seed}"
        assert not shallow.is_far
        far[deep.is_far] += 1
    assert min(far[True], far[False]) > 5, far
