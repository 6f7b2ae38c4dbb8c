"""Both embedders: what they promise of every vector, and that sentences of one meaning are nearer than strangers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import CheckFailed, Refused
from laneshift.matriz.embedding import minilm
from laneshift.matriz.embedding.choosing import choose
from laneshift.matriz.embedding.lexical import Lexical
from laneshift.matriz.embedding.minilm import MiniLM
from laneshift.matriz.embedding.port import Embedder, cut_short
from tests.matriz.embedding.pairs import PAIRS

MODEL, WORDS = MiniLM(), Lexical()


def strictly(embedder: Embedder) -> int:
    """Of how many pairs each half is nearer to the other than to all 98 halves of other pairs."""
    halves = [embedder.embed([pair[at] for pair in PAIRS]) for at in (0, 1)]
    both = np.concatenate(halves)
    near = both @ both.T
    np.fill_diagonal(near, -2)
    partner = np.roll(np.arange(len(both)), -len(PAIRS))
    right = near.argmax(axis=1) == partner
    return int(sum(right[: len(PAIRS)] & right[len(PAIRS) :]))


def nearer(embedder: Embedder) -> int:
    """Of how many pairs the second is nearer to the first than the second of each of the 49 others."""
    first, second = (embedder.embed([pair[at] for pair in PAIRS]) for at in (0, 1))
    return int(sum((first @ second.T).argmax(axis=1) == np.arange(len(PAIRS))))


def test_there_are_fifty_pairs() -> None:
    assert len({text for pair in PAIRS for text in pair}) == 2 * len(PAIRS) == 100


def won(embedder: Embedder) -> float:
    """Of all comparisons of a paraphrase with a stranger, the share in which the paraphrase is nearer."""
    first, second = (embedder.embed([pair[at] for pair in PAIRS]) for at in (0, 1))
    near = first @ second.T
    own = np.diag(near)[:, None]
    return float((own > near).sum() / (near.size - len(PAIRS)))


def test_the_model_finds_paraphrases_among_strangers() -> None:
    assert won(MODEL) >= 0.98
    assert nearer(MODEL) >= 40
    assert strictly(MODEL) >= 38


def test_words_alone_find_far_fewer() -> None:
    assert 0.5 < won(WORDS) < won(MODEL)
    assert nearer(WORDS) < nearer(MODEL)


@pytest.mark.parametrize("embedder", [MODEL, WORDS], ids=lambda each: each.model)
@settings(max_examples=10)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_every_text_has_a_vector_of_length_one(embedder: Embedder, texts: list[str]) -> None:
    rows = embedder.embed(texts)
    assert (rows.shape, rows.dtype) == ((len(texts), embedder.dimension), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows, embedder.embed(texts))
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert np.allclose(rows, alone, atol=1e-5)


@pytest.mark.parametrize("embedder", [MODEL, WORDS], ids=lambda each: each.model)
def test_what_is_passed_over_is_told(embedder: Embedder) -> None:
    long = "word " * (embedder.limit * 2)
    assert cut_short(embedder, ["short", long, ""]) == (1,)
    assert np.array_equal(embedder.embed([long]), embedder.embed([long + "and something else"]))
    assert embedder.embed([]).shape == (0, embedder.dimension)
    assert embedder.tokens([]) == ()


@pytest.mark.parametrize("embedder", [MODEL, WORDS], ids=lambda each: each.model)
def test_hostile_texts_have_vectors_too(embedder: Embedder) -> None:
    rows = embedder.embed(["\ud800 lone", "\x00\x1b[2J", "[CLS] [SEP]", "a" * 300_000, "\u202e" * 500])
    assert np.isfinite(rows).all()


def test_threads_get_the_same_vectors_from_a_model_that_loads() -> None:
    fresh = MiniLM()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda pair: fresh.embed(list(pair)), PAIRS[:16]))
    for pair, rows in zip(PAIRS, found, strict=False):
        assert np.allclose(rows, MODEL.embed(list(pair)), atol=1e-6)


def test_lexical_vectors_are_the_same_in_another_process() -> None:
    code = (
        "from laneshift.matriz.embedding.lexical import Lexical as L; import sys;"
        "sys.stdout.write(L().embed(['moveModule to_lane 42']).tobytes().hex())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == WORDS.embed(["moveModule to_lane 42"]).tobytes().hex()
    assert np.array_equal(*(WORDS.embed([text]) for text in ("moveModule", "move_module")))


def test_the_model_is_chosen_where_all_of_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose.__wrapped__().model == "all-minilm-l6-v2-int8"
    monkeypatch.setattr("laneshift.matriz.embedding.choosing.PARTS", (*minilm.PARTS, "no_such_part"))
    assert choose.__wrapped__().model == "laneshift-lexical-1"


@pytest.mark.parametrize("file", list(minilm.DIGESTS))
def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: tuple[str, str]) -> None:
    package, path = file
    planted = tmp_path / package / path
    planted.parent.mkdir(parents=True)
    (tmp_path / package / "__init__.py").write_text("raise SystemExit('nothing of it is imported')\n")
    planted.write_bytes(b"planted")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(CheckFailed) as caught:
        MiniLM().embed(["x"])
    assert caught.value.code == "embedding.other-file"
    planted.unlink()
    with pytest.raises(Refused) as missing:
        MiniLM().embed(["x"])
    assert missing.value.code == "embedding.not-installed"


def ranked(embedder: Embedder, question: str, texts: Sequence[str]) -> str:
    rows = embedder.embed([question, *texts])
    return texts[int((rows[1:] @ rows[0]).argmax())]


def test_a_question_finds_the_module_that_it_is_about() -> None:
    modules = ("repo/refs.py: move a branch only from its old value", "cli/talking.py: errors as text and exit codes")
    for embedder in (MODEL, WORDS):
        assert ranked(embedder, "where are exit codes decided?", modules) == modules[1]
