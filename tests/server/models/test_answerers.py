"""What stands behind the facade without any server: tokens, cuts, calls of functions, buckets, kept answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.config.models import Bucket, Model
from laneshift.errors import Refused
from laneshift.server.answerers.allowance import Allowance, Spent
from laneshift.server.answerers.choosing import chosen
from laneshift.server.answerers.cutting import cut
from laneshift.server.answerers.kept_responses import Kept, KeptResponses
from laneshift.server.answerers.pieces import count, tokens_of
from laneshift.server.answerers.port import CallPiece, Piece, Tool, Usage
from laneshift.server.answerers.tables import META
from laneshift.server.answerers.usage import Ledger
from laneshift.server.auth.passkeys.database import rows_in_file
from laneshift.server.limits.bucket import Level, Rate, take
from laneshift.server.limits.own_buckets import OwnBuckets
from laneshift.server.models.response_events import Telling

SEEDED = settings(derandomize=True, deadline=None, max_examples=100)
PIECES = st.one_of(
    st.builds(Piece, text=st.text(min_size=1, max_size=5)),
    st.builds(Piece, refusal=st.text(min_size=1, max_size=5)),
    st.builds(
        lambda index, text: Piece(calls=(CallPiece(index, text, f"call_{index}", "look"),)),
        st.integers(0, 2),
        st.text(max_size=5),
    ),
)


@SEEDED
@given(st.text())
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens_of(text)) == text
    assert len(tokens_of(text)) == count(text)


@SEEDED
@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=2), max_size=3), st.integers(1, 9) | st.none())
def test_a_cut_answer_is_a_beginning_without_what_stops_it(text: str, stop: list[str], limit: int | None) -> None:
    found = cut(text, stop, limit)
    said = "".join(found.tokens)
    assert text.startswith(said)
    assert not any(each in said for each in stop)
    assert limit is None or len(found.tokens) <= limit
    if found.finish == "stop" and not any(each in text for each in stop):
        assert said == text


@pytest.mark.parametrize(
    ("question", "choice", "name", "arguments", "missing"),
    [
        ('weather of "Paris"', "auto", "get_weather", {"city": "Paris"}, ()),
        ('weather of "Paris" for 3 days', "auto", "get_weather", {"city": "Paris", "days": 3}, ()),
        ("weather of 'Paris' in celsius", "auto", "get_weather", {"city": "Paris", "unit": "celsius"}, ()),
        ("who imports core.a?", "auto", None, {}, ()),
        ("who imports core.a?", "none", None, {}, ()),
        ("who imports core.a?", "=get_weather", "get_weather", {"city": "core.a"}, ()),
        ("how are you", "=get_weather", "get_weather", {"city": "how are you"}, ()),
        ("wait for it", "=sleep", "sleep", {}, ("seconds",)),
        ("sleep 4", "auto", "sleep", {"seconds": 4}, ()),
        ("how long does one sleep", "required", "sleep", {}, ("seconds",)),
    ],
)
def test_functions_and_their_arguments_are_what_the_question_says(
    question: str, choice: str, name: str | None, arguments: dict[str, object], missing: tuple[str, ...]
) -> None:
    unit = {"type": "string", "enum": ["celsius", "kelvin"]}
    properties = {"city": {"type": "string"}, "days": {"type": "integer"}, "unit": unit}
    weather = Tool("get_weather", "of a city", {"type": "object", "properties": properties, "required": ["city"]})
    seconds = {"type": "object", "properties": {"seconds": {"type": "number"}}, "required": ["seconds"]}
    found = chosen((weather, Tool("sleep", "", seconds)), choice, question)
    if name is None:
        assert found is None
    else:
        assert found is not None
        assert (found.tool.name, found.arguments, found.missing) == (name, arguments, missing)


@SEEDED
@given(st.lists(PIECES, max_size=8), st.sampled_from(["stop", "length", "tool_calls"]))
def test_events_come_in_order_whatever_the_pieces(pieces: list[Piece], finish: str) -> None:
    telling = Telling({"id": "resp_1", "output": []}, lambda prefix: prefix, lambda: 1)
    told = [*telling.begin(), *(event for piece in pieces for event in telling.of(piece))]
    told += [*telling.of(Piece(finish=finish)), *telling.end(Usage(1, 1))]
    assert [event["sequence_number"] for event in told] == list(range(len(told)))
    assert told[-1]["type"] == ("response.incomplete" if finish == "length" else "response.completed")
    begun = [event["output_index"] for event in told if event["type"] == "response.output_item.added"]
    ended = [event["output_index"] for event in told if event["type"] == "response.output_item.done"]
    assert begun == ended == list(range(len(telling.response["output"])))
    open_ = -1
    for event in told:
        if event["type"] == "response.output_item.added":
            assert open_ == -1, "one item at a time"
            open_ = event["output_index"]
        elif event["type"] == "response.output_item.done":
            open_ = -1
        elif "item_id" in event:
            assert event["output_index"] == open_
    text = "".join(event["delta"] for event in told if event["type"] == "response.output_text.delta")
    assert text == "".join(piece.text for piece in pieces)


@SEEDED
@given(st.lists(st.tuples(st.floats(0, 50), st.floats(-20, 60), st.booleans()), max_size=20))
def test_a_bucket_never_holds_more_than_its_burst_and_refuses_what_is_not_there(
    asked: list[tuple[float, float, bool]],
) -> None:
    rate, level, now = Rate(2.0, 40), None, 0.0
    for pause, amount, used in asked:
        now += pause
        before = 40.0 if level is None else min(40.0, level.tokens + pause * 2)
        level, taken = take(rate, level, now, amount, used=used)
        assert isinstance(level, Level)
        assert level.tokens <= 40
        assert taken.allowed == (used or before >= amount)
        assert taken.tokens == pytest.approx(min(40.0, before - amount) if taken.allowed else before)


@pytest.mark.anyio
async def test_what_an_answer_took_is_owed_and_said() -> None:
    clock = [0.0]
    model = Model(tokens=Bucket(rate=1.0, burst=100), requests=Bucket(rate=1.0, burst=10))
    allowance = Allowance(OwnBuckets(lambda: clock[0]), {"a": model})
    grant = await allowance.admit("ada", "a", 40)
    assert grant.headers["x-ratelimit-remaining-tokens"] == "60"
    await grant.used(190)
    assert grant.headers["x-ratelimit-remaining-tokens"] == "0"
    assert grant.headers["x-ratelimit-reset-tokens"] == "3m10s"
    with pytest.raises(Spent) as spent:
        await allowance.admit("ada", "a", 10)
    assert spent.value.headers["Retry-After"] == "100"
    clock[0] += 100
    assert (await allowance.admit("ada", "a", 10)).headers["x-ratelimit-remaining-requests"] == "9"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_usage_adds_up_by_day_principal_and_model(tmp_path: Path) -> None:
    now = [86_399]
    rows = rows_in_file(tmp_path / "models.sqlite", META)
    ledger = Ledger(rows, lambda: now[0], {"a": Model(input_price=Decimal("0.5"))})
    ledger.add("ada", "a", Usage(10, 5), failed=False)
    ledger.add("ada", "a", Usage(1, 0), failed=True)
    now[0] += 1
    ledger.add("ada", "a", Usage(1, 1), failed=False)
    ledger.add("bob", "b", Usage(1, 1), failed=False)
    own = [(each.day, each.requests, each.failures, each.prompt, each.cost) for each in ledger.since("1970", "ada")]
    assert own == [("1970-01-02", 1, 0, 1, 1), ("1970-01-01", 2, 1, 11, 6)]
    assert [each.principal for each in ledger.since("1970-01-02")] == ["ada", "bob"]
    rows.close()


def test_no_answer_waits_for_the_disk_and_nobody_else_reads_what_was_asked(tmp_path: Path) -> None:
    rows = rows_in_file(tmp_path / "models.sqlite", META, hasty=True)
    Ledger(rows, lambda: 0).add("ada", "a", Usage(1, 1), failed=False)
    with rows.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
        assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("models.sqlite*")} == {0}
    # As another process finds it that was not told to be hasty.
    assert [each.requests for each in Ledger(rows_in_file(tmp_path / "models.sqlite", META), int).since("")] == [1]
    rows.close()


def test_kept_responses_are_their_principals_and_end(tmp_path: Path) -> None:
    now = [0]
    rows = rows_in_file(tmp_path / "models.sqlite", META)
    kept = KeptResponses(rows, lambda: now[0], seconds=60, most=3)
    for number in range(5):
        now[0] = number
        kept.put("ada", Kept({"id": f"r{number}"}, []))
    kept.put("bob", Kept({"id": "rb"}, [{"id": "i"}]))
    assert kept.get("bob", "rb").before == [{"id": "i"}]
    for principal, known in (("ada", "rb"), ("bob", "r4"), ("ada", "r1")):
        with pytest.raises(Refused, match="is kept for you"):
            kept.get(principal, known)
    assert kept.get("ada", "r2").told == {"id": "r2"}
    now[0] = 62
    with pytest.raises(Refused):
        kept.get("ada", "r2")
    assert kept.get("ada", "r4").told == {"id": "r4"}
    rows.close()
