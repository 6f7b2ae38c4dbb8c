"""Arrows that are made from kept columns are those that were kept; a change laid over them is the changed tree."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.index import Index
from laneshift.lanes import kept, kept_arrows
from laneshift.lanes.arrows import KINDS, Arrow
from laneshift.lanes.atlas import inverted, survey, survey_next
from laneshift.lanes.kept_arrows import Into, KeptArrows, Overlaid, columns
from tests.lanes.drawn_trees import drawn
from tests.lanes.ground import repository, tree_with
from tests.lanes.test_atlas import plain

_PATHS = [f"core/m{number}.py" for number in range(6)]
_ARROWS = st.builds(Arrow, st.sampled_from(_PATHS), st.integers(0, 2**32 - 1), st.sampled_from(KINDS))
_OUT = st.fixed_dictionaries({path: st.lists(_ARROWS, max_size=4).map(tuple) for path in _PATHS})


def read(out: dict[str, tuple[Arrow, ...]]) -> KeptArrows:
    return KeptArrows.read(list(out), *columns(out))


@given(_OUT)
def test_what_is_kept_is_what_comes_back(out: dict[str, tuple[Arrow, ...]]) -> None:
    found = read(out)
    assert dict(found) == out
    assert list(found) == list(out)
    assert found.keys() == out.keys()
    assert found[_PATHS[0]] is found[_PATHS[0]]
    assert found.inverted() == inverted(out)
    assert all(found.importers(path) == inverted(out).get(path, frozenset()) for path in [*_PATHS, "elsewhere.py"])


@given(_OUT, _OUT, _OUT, st.sets(st.sampled_from(_PATHS)), st.sets(st.sampled_from(_PATHS)))
def test_one_change_after_the_other_is_laid_over(
    out: dict[str, tuple[Arrow, ...]],
    first: dict[str, tuple[Arrow, ...]],
    second: dict[str, tuple[Arrow, ...]],
    some: set[str],
    others: set[str],
) -> None:
    under = read(out)
    over = Overlaid(Overlaid(under, {path: first[path] for path in some}), {path: second[path] for path in others})
    assert dict(over) == {**out, **{path: first[path] for path in some}, **{path: second[path] for path in others}}
    assert over.under is under
    assert over.keys() == out.keys()


def test_columns_that_do_not_fit_are_refused() -> None:
    counts, flat = columns({"a.py": (Arrow("a.py", 1, "static"),)})
    for paths, first, second in ((["a.py"], counts, flat[:-4]), (["a.py", "b.py"], counts, flat), ([], counts, b"")):
        with pytest.raises(ValueError, match="different lengths"):
            KeptArrows.read(paths, first, second)
    with pytest.raises(ValueError, match="not there before"):
        Overlaid({}, {"a.py": ()})


def test_many_questions_are_answered_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    whole = {path: frozenset({"x.py"}) for path in _PATHS}
    into = Into(lambda path: (asked.append(path), whole.get(path, frozenset()))[1], lambda: whole)
    monkeypatch.setattr(kept_arrows, "_FEW", 2)
    assert [into.get(path) for path in ["y.py", *_PATHS]] == [None, *whole.values()]
    assert asked == ["y.py", _PATHS[0]]
    assert dict(into) == whole


def test_an_atlas_laid_over_a_kept_one_is_the_one_made_from_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    repo = repository(tmp_path_factory.mktemp("kept") / "repo")
    index = Index.open(repo)
    for seed in range(20):
        dice = random.Random(7_000 + seed)
        tree = drawn(dice, repo.tree("HEAD"))
        kept.keep(survey(tree, index))
        loaded = kept.load(tree, ())
        assert loaded is not None
        assert loaded.modules == survey(tree, index).modules
        assert loaded.named() == survey(tree, index).named()
        paths = dice.sample(list(loaded.out), min(3, len(loaded.out)))
        for _ in range(2):
            texts = {path: f"import {dice.choice(('core', 'labs.a', 'serve'))}\n" for path in paths}
            tree = tree_with(tree, {path: text for path, text in texts.items() if path not in loaded.linked.files})
            after, whole = survey_next(loaded, tree, index), survey(tree, index)
            assert all(after.into.get(path, frozenset()) == whole.into.get(path, frozenset()) for path in whole.out)
            assert plain(replace(after, into=dict(after.into))) == plain(whole), f"seed {seed}"
            loaded = after
