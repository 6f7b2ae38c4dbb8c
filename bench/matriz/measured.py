"""`python -m bench matriz`: sixty labelled questions, and the same questions under load by the facade's real route."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx

from bench.chart import chart
from bench.contestants import working_copy
from bench.matriz.labels import Truth, invented
from bench.matriz.questions import Labelled, questions
from bench.section import Claim, Section, at_least, at_most
from bench.server.processes import server
from corpus.project import project
from corpus.sdist import HOME_ASSISTANT
from laneshift.errors import CheckFailed
from laneshift.matriz.answering import Answer
from laneshift.matriz.budget import Budget
from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.wiring import answering, workshop

RATES = (5, 10, 20, 30)
"""The usual quota of a principal lets 20 a second go on, and 200 at once: what is above that is refused."""
_GOAL_RATE, _SECONDS, _SEED = 20, 10.0, 11


def matriz(cache: Path, _: int) -> Section:
    """Right, honest, quick."""
    folder = working_copy(project(HOME_ASSISTANT, cache), cache / "bench" / "large")
    asked = questions(Truth(folder, "homeassistant"), _SEED)
    answers, first = _answers(folder, asked)
    wrong = [each for each, answer in zip(asked, answers, strict=True) if not each.right(answer)]
    lying = [each for each, answer in zip(asked, answers, strict=True) if not each.right(answer) and answer.knows]
    made_up = [
        path for each, answer in zip(asked, answers, strict=True) for path in invented(folder, answer.text, each.asked)
    ]
    told, failed = _load(folder, [each.asked for each in asked])
    lines = {
        name: [(rate, share(told[rate])) for rate in RATES]
        for name, share in (("p50", _p50), ("p95", _p95), ("p99", _p99))
    }
    claims = [
        at_least("answered right, of 60", 60.0 - len(wrong), 54, "questions"),
        at_most("not right, and not said to be unknown", float(len(lying)), 0, "answers"),
        at_most("paths that are not there", float(len(made_up)), 0, "paths"),
        at_most(f"p95 at {_GOAL_RATE} requests/s, warm", _p95(told[_GOAL_RATE]), 250, "ms"),
        Claim("answers at all rates", "all", f"{failed} failed", failed == 0),
    ]
    drawn = chart("The model matriz over 9,400 files", "requests/s", "ms", lines)
    return Section("matriz", "MATRIZ over 9,000 files", [], claims, _notes(asked, wrong, first), drawn, _table(told))


def _answers(folder: Path, asked: Sequence[Labelled]) -> tuple[list[Answer], list[float]]:
    """Every answer with all the time that it wants, and the milliseconds that each took the first time."""
    made = answering(workshop(Repository.open(folder), silent), budget=Budget().times(400))
    made.warm()
    found, took = [], []
    for each in asked:
        began = time.perf_counter()
        found.append(asyncio.run(made.matriz.answer([{"role": "user", "content": each.asked}])))
        took.append(1000 * (time.perf_counter() - began))
    made.close()
    return found, took


def _load(folder: Path, asked: Sequence[str]) -> tuple[dict[int, list[float]], int]:
    """Milliseconds from when each request was due to its last byte, by rate; and how many failed."""
    with server(folder, "full", {}) as running:
        address = f"http://127.0.0.1:{running.port}/v1/chat/completions"
        return asyncio.run(_loaded(address, running.key, asked))


async def _loaded(address: str, key: str, asked: Sequence[str]) -> tuple[dict[int, list[float]], int]:
    failed = 0
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60.0) as client:
        for question in [*asked, *asked]:
            await _one(client, address, question)
        found: dict[int, list[float]] = {}
        for rate in RATES:
            began = time.perf_counter() + 0.1
            due = [began + number / rate for number in range(int(rate * _SECONDS))]
            calls = [_at(client, address, asked[number % len(asked)], when) for number, when in enumerate(due)]
            took = await asyncio.gather(*calls)
            failed += sum(each is None for each in took)
            found[rate] = [each for each in took if each is not None]
            if not found[rate]:
                raise CheckFailed("bench.failed", f"the server answered none of {len(took)} questions")
    return found, failed


async def _at(client: httpx.AsyncClient, address: str, question: str, when: float) -> float | None:
    await asyncio.sleep(max(0.0, when - time.perf_counter()))
    status = await _one(client, address, question)
    return 1000 * (time.perf_counter() - when) if status == httpx.codes.OK else None


async def _one(client: httpx.AsyncClient, address: str, question: str) -> int:
    body = {"model": "matriz", "messages": [{"role": "user", "content": question}]}
    return (await client.post(address, json=body)).status_code


def _notes(asked: Sequence[Labelled], wrong: Sequence[Labelled], first: Sequence[float]) -> list[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(each.kind for each in asked).items())
    missed = "; ".join(each.asked for each in wrong[:6]) or "none"
    labels = (
        f"Questions: {kinds}. Importers, imports, comparisons and edits are labelled by grimp and text search, "
        "definitions and docstrings by `ast`."
    )
    once = (
        f"The first time that something is asked it took {statistics.median(first):.0f} ms at the median and "
        f"{_p95(first):.0f} ms at the 95th percentile: moves are worked out then, and kept while the tree is the same."
    )
    load = (
        f"Load: the sixty questions in turn through `POST /v1/chat/completions`, {_SECONDS:g} s at each rate, from "
        "when a request was due to its last byte; each was asked twice before. The machine had a load of "
        f"{os.getloadavg()[0]:.1f} at the end, this included."
    )
    return [labels, f"Not right: {missed}.", once, load]


def _table(told: dict[int, list[float]]) -> list[list[str]]:
    rows = [["requests/s", "answers", "p50", "p95", "p99", "longest"]]
    for rate, took in told.items():
        shown = [f"{each:.0f} ms" for each in (_p50(took), _p95(took), _p99(took), max(took))]
        rows.append([str(rate), str(len(took)), *shown])
    return rows


def _p50(found: Sequence[float]) -> float:
    return statistics.median(found)


def _p95(found: Sequence[float]) -> float:
    return sorted(found)[int(0.95 * (len(found) - 1))]


def _p99(found: Sequence[float]) -> float:
    return sorted(found)[int(0.99 * (len(found) - 1))]
