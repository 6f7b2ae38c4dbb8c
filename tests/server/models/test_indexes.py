"""`/v1/indexes` over real HTTP: vectors and texts kept and found, pages, owners, and every fault by its status."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from laneshift.matriz.embedding.lexical import Lexical
from tests.server.serving import BOT, OPERATOR, READER, Served, served
from tests.toy import toy

SQUARE = [
    {"id": "right", "values": [1, 0], "metadata": {"kind": "axis", "turn": 0}},
    {"id": "up", "values": [0, 1], "metadata": {"kind": "axis", "turn": 90}},
    {"id": "a/b c", "values": [3, 3], "metadata": {"kind": "between", "turn": 45}},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy(tmp_path_factory.mktemp("indexes") / "repo")


@pytest.fixture(scope="module")
def house(place: Path) -> Iterator[Served]:
    with served(place) as found:
        yield found


@pytest.fixture(scope="module")
def ada(house: Served) -> Iterator[httpx.Client]:
    with house.client(house.key(name=OPERATOR, roles=("operator",))) as client:
        yield client


@pytest.fixture(scope="module")
def bot(house: Served) -> Iterator[httpx.Client]:
    with house.client(house.key("agent", BOT, ("agent",))) as client:
        yield client


def fault(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["laneshift"])


def made(client: httpx.Client, name: str, **more: Any) -> None:
    answer = client.post("/v1/indexes", json={"name": name, "metric": "cosine", "dimension": 2, **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/indexes/{name}"


def test_vectors_are_kept_found_replaced_and_forgotten(ada: httpx.Client) -> None:
    made(ada, "square")
    assert ada.post("/v1/indexes/square/vectors", json={"vectors": SQUARE}).json()["inserted"] == 3
    told = ada.get("/v1/indexes/square").json()
    assert (told["count"], told["owner"], told["metric"], told["model"]) == (3, f"person:{OPERATOR}", "cosine", None)
    near = ada.post("/v1/indexes/square/search", json={"vector": [1, 0.1], "k": 2}).json()
    assert ([hit["id"] for hit in near["data"]], near["exact"]) == (["right", "a/b c"], True)
    assert near["data"][0]["score"] == pytest.approx(0.99503719)
    wanted = {"vector": [1, 0.1], "filter": {"kind": {"in": ["axis"]}, "turn": {"gt": 10}}}
    hits = ada.post("/v1/indexes/square/search", json=wanted).json()["data"]
    assert hits == [{"id": "up", "score": pytest.approx(0.0995037), "metadata": {"kind": "axis", "turn": 90}}]
    packed = base64.b64encode(np.array([-1, 0], dtype="<f4").tobytes()).decode()
    again = {"vectors": [{"id": "right", "values": packed}]}
    assert ada.post("/v1/indexes/square/vectors", json=again).json()["updated"] == 1
    one = ada.get("/v1/indexes/square/vectors/right").json()
    assert (one["values"], one["metadata"]) == ([-1.0, 0.0], {})
    path = "/v1/indexes/square/vectors/a/b c"
    assert ada.get(path).json()["values"] == [3.0, 3.0]
    assert ada.delete(path).json() == {"id": "a/b c", "object": "index.vector.deleted", "deleted": True}
    assert fault(ada.get(path)) == fault(ada.delete(path)) == (404, "index.no-vector")
    assert ada.delete("/v1/indexes/square").json()["deleted"] is True
    assert fault(ada.get("/v1/indexes/square")) == (404, "index.unknown")


def test_texts_are_embedded_by_the_model_that_the_index_names(house: Served, ada: httpx.Client) -> None:
    embedder = house.parts.indexes.embedder
    made(ada, "texts", dimension=embedder.dimension)
    assert ada.get("/v1/indexes/texts").json()["model"] == embedder.model
    texts = {"parse": "reads the settings file", "pets": "cats and dogs asleep on a sofa"}
    given = {"vectors": [{"id": name, "text": text} for name, text in texts.items()]}
    kept = ada.post("/v1/indexes/texts/vectors", json=given)
    assert (kept.status_code, kept.json()["inserted"], kept.json()["truncated"]) == (200, 2, [])
    assert "x-ratelimit-limit-tokens" in kept.headers
    found = ada.post("/v1/indexes/texts/search", json={"text": "where are settings read?", "k": 1}).json()
    assert [hit["id"] for hit in found["data"]] == ["parse"]
    long = {"vectors": [{"id": "long", "text": "word " * 30_000}]}
    assert ada.post("/v1/indexes/texts/vectors", json=long).json()["truncated"] == ["long"]
    made(ada, "numbers-alone", dimension=3)
    assert fault(ada.post("/v1/indexes/numbers-alone/search", json={"text": "x"})) == (400, "index.no-text")


def test_an_index_is_its_owners_alone_unless_it_is_shared(house: Served, ada: httpx.Client, bot: httpx.Client) -> None:
    made(ada, "mine")
    made(ada, "ours", shared=True)
    assert fault(bot.get("/v1/indexes/mine")) == (403, "index.denied")
    assert fault(bot.post("/v1/indexes/mine/search", json={"vector": [1, 0]})) == (403, "index.denied")
    assert bot.post("/v1/indexes/ours/search", json={"vector": [1, 0]}).json()["data"] == []
    assert fault(bot.post("/v1/indexes/ours/vectors", json={"vectors": SQUARE})) == (403, "index.denied")
    assert fault(bot.delete("/v1/indexes/ours")) == (403, "index.denied")
    names = [each["name"] for each in bot.get("/v1/indexes").json()["data"]]
    assert "ours" in names
    assert "mine" not in names
    assert fault(ada.post("/v1/indexes", json={"name": "matriz.x", "dimension": 2})) == (403, "index.reserved")
    with house.client(house.key(name=READER, roles=("reader",))) as reader:
        assert reader.get("/v1/indexes/ours").status_code == 200
        assert fault(reader.post("/v1/indexes", json={"name": "r", "dimension": 2})) == (403, "access.denied")
    with house.client() as nobody:
        assert fault(nobody.get("/v1/indexes")) == (401, "access.no-credential")


def test_pages_follow_each_other(bot: httpx.Client) -> None:
    for name in ("page.a", "page.b", "page.c"):
        made(bot, name)
    names, after = [], ""
    while True:
        page = bot.get("/v1/indexes", params={"limit": 1, "after": after}).json()
        names += [each["name"] for each in page["data"]]
        after = page["last_id"]
        if not page["has_more"]:
            break
    assert [name for name in names if name.startswith("page.")] == ["page.a", "page.b", "page.c"]
    assert len(names) == len(set(names))


def test_all_faults_of_vectors_are_told_and_nothing_is_kept(ada: httpx.Client) -> None:
    made(ada, "strict")
    bad = [
        {"id": "ok", "values": [1, 2]},
        {"id": "ok", "values": [1, 2]},
        {"id": "short", "values": [1]},
        {"id": "zero", "values": [0, 0]},
        {"id": "", "values": [1, 2]},
        {"id": "both", "values": [1, 2], "text": "x"},
        {"id": "meta", "values": [1, 2], "metadata": {"a": [1]}},
    ]
    answer = ada.post("/v1/indexes/strict/vectors", json={"vectors": bad})
    assert fault(answer) == (422, "index.bad-vectors")
    places = [each["where"] for each in answer.json()["error"]["faults"]]
    assert places == [
        *("vectors.1.id", "vectors.2.values", "vectors.3.values"),
        *("vectors.4.id", "vectors.5", "vectors.6.metadata.a"),
    ]
    many = [{"id": str(at), "values": [1, 2]} for at in range(1_001)]
    assert fault(ada.post("/v1/indexes/strict/vectors", json={"vectors": many})) == (422, "index.bad-vectors")
    for word in ("NaN", "Infinity", "1e400"):
        text = json.dumps({"vectors": [{"id": "n", "values": [1, 2]}]}).replace("2]", f"{word}]")
        sent = ada.post("/v1/indexes/strict/vectors", content=text, headers={"Content-Type": "application/json"})
        assert fault(sent)[0] in (400, 422), word
    assert ada.get("/v1/indexes/strict").json()["count"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "", {"name": "Bad Name", "dimension": 2}, (400, "index.bad-name")),
        ("POST", "", {"name": "x", "dimension": 0}, (400, "index.bad-dimension")),
        ("POST", "", {"name": "x", "dimension": 2, "metric": "manhattan"}, (400, "index.bad-metric")),
        ("POST", "", {"name": "x", "dimension": "2"}, (400, "http.bad-value")),
        ("POST", "", {"name": "x", "dimension": 2, "color": 1}, (400, "http.bad-value")),
        ("POST", "", {"name": "taken", "dimension": 2}, (409, "index.exists")),
        ("POST", "/none/search", {"vector": [1, 2]}, (404, "index.unknown")),
        ("POST", "/none/vectors", {"vectors": [{"id": "a", "values": [1]}]}, (404, "index.unknown")),
        ("DELETE", "/none", None, (404, "index.unknown")),
        ("POST", "/taken/search", {"vector": [1, 2], "k": 0}, (400, "index.bad-query")),
        ("POST", "/taken/search", {}, (400, "index.bad-query")),
        ("POST", "/taken/search", {"vector": [1, 2], "filter": {"a": {"near": 1}}}, (400, "index.bad-filter")),
        ("POST", "/taken/search", {"vector": [1, 2, 3]}, (422, "index.bad-vectors")),
        ("POST", "/taken/search", {"vector": "!"}, (422, "index.bad-vectors")),
    ],
)
def test_each_fault_has_its_status(
    ada: httpx.Client, method: str, path: str, body: dict[str, Any] | None, expected: tuple[int, str]
) -> None:
    ada.post("/v1/indexes", json={"name": "taken", "dimension": 2})
    assert fault(ada.request(method, f"/v1/indexes{path}", json=body)) == expected


def test_what_is_kept_is_there_after_a_restart(place: Path, house: Served, ada: httpx.Client) -> None:
    made(ada, "lasting")
    ada.post("/v1/indexes/lasting/vectors", json={"vectors": SQUARE})
    with served(place) as second, second.client(second.key(name=OPERATOR, roles=("operator",))) as client:
        hits = client.post("/v1/indexes/lasting/search", json={"vector": [0, 1], "k": 1}).json()["data"]
        assert [hit["id"] for hit in hits] == ["up"]
        # What one server takes in, the other finds.
        client.post("/v1/indexes/lasting/vectors", json={"vectors": [{"id": "new", "values": [-1, -1]}]})
    hits = ada.post("/v1/indexes/lasting/search", json={"vector": [-1, -1], "k": 1}).json()["data"]
    assert [hit["id"] for hit in hits] == ["new"]


def test_the_fallback_has_another_name_than_the_model() -> None:
    assert Lexical().model == "laneshift-lexical-1"


def test_matriz_says_where_something_is_handled_once_it_has_learnt_the_repository(ada: httpx.Client) -> None:
    asked = {"model": "matriz", "messages": [{"role": "user", "content": "where is the area of shapes computed?"}]}
    until = time.monotonic() + 300
    while "`labs/shapes.py`" not in (text := answered(ada, asked)) and time.monotonic() < until:
        # Until then it tells what it has. Learning goes on when nobody was answered for half a second.
        assert any(known in text for known in ("I do not know", "I am still ", "Nearest to")), text
        time.sleep(1.0)
    assert "Nearest to" in text
    assert "`labs/shapes.py`" in text


def answered(client: httpx.Client, asked: dict[str, Any]) -> str:
    answer = client.post("/v1/chat/completions", json=asked, timeout=120)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])
