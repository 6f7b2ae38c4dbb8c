"""What a file tells the outside: names are found where they plainly stand, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.signals import Signals, signals_of


def names(text: str) -> dict[str, tuple[str, ...]]:
    return {kind: found for kind, found in signals_of(text.encode())._asdict().items() if found}


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("with tracer.start_as_current_span('order.pay'): ...", "spans", "order.pay"),
        ("@tracer.start_as_current_span('order.pay')\ndef f(): ...", "spans", "order.pay"),
        ("span = trace.get_tracer(__name__).start_span(name='order.pay')", "spans", "order.pay"),
        ("@tracer.wrap('order.pay')\ndef f(): ...", "spans", "order.pay"),
        ("from prometheus_client import Counter\nC = Counter('paid_total', 'help')", "metrics", "paid_total"),
        ("from prometheus_client import Histogram as H\nC = H('paid_seconds', 'help')", "metrics", "paid_seconds"),
        ("import prometheus_client\nC = prometheus_client.Gauge('open', 'help')", "metrics", "open"),
        ("import prometheus_client as pc\nC = pc.Summary('open', 'help')", "metrics", "open"),
        ("self.statsd.incr('paid')", "metrics", "paid"),
        ("from datadog import statsd as s\ns.timing('paid', 3)", "metrics", "paid"),
        ("from datadog import statsd\n@statsd.timed('paid')\ndef f(): ...", "metrics", "paid"),
        ("c = meter.create_counter('paid')", "metrics", "paid"),
        ("c = meter.create_up_down_counter(name='paid')", "metrics", "paid"),
        ("bus.publish('order.paid', order)", "publishes", "order.paid"),
        ("bus.publish(topic='order.paid')", "publishes", "order.paid"),
        ("socket.emit('order.paid@v1')", "publishes", "order.paid@v1"),
        ("bus.subscribe('order.paid', f)", "subscribes", "order.paid"),
        ("@bus.on('order.paid')\ndef f(): ...", "subscribes", "order.paid"),
        ("import logging\nlog = logging.getLogger('shop')", "loggers", "shop"),
        ("import logging\nlog = logging.getLogger(__name__)", "loggers", "__name__"),
        ("import os\nk = os.environ['API_KEY']", "secrets", "API_KEY"),
        ("import os\nk = os.environ.get('DB_PASSWORD', '')", "secrets", "DB_PASSWORD"),
        ("from os import getenv\nk = getenv('github_token')", "secrets", "github_token"),
    ],
)
def test_a_name_that_stands_in_the_text_is_found(text: str, kind: str, name: str) -> None:
    assert names(text) == {kind: (name,)}


@pytest.mark.parametrize(
    "text",
    [
        "from collections import Counter\nC = Counter('abc')",
        "C = Counter('abc')",
        "import os\nk = os.environ['HOME']\nt = os.environ.get('TOKENIZER_PATH')",
        "import os\nk = os.environ[name]",
        "handler.emit(record)",
        "handler.emit('two words')",
        "emit('order.paid')",
        "bus.publish(topic)",
        "settings.set('open', 1)",
        "# os.environ['API_KEY']\n'bus.publish(\"x\")'",
        "tracer.start_as_current_span(f'order.{n}')",
        "tracer.start_as_current_span('a\\nb')",
        "def broken(:\n os.environ['API_KEY']",
    ],
)
def test_nothing_else_is_taken_for_a_name(text: str) -> None:
    assert names(text) == {}


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"os.environ['A_KEY']", b"x.publish('a')", b"getLogger('x')", b""]))
def test_any_bytes_are_taken(data: bytes, part: bytes) -> None:
    assert isinstance(signals_of(data + part + data), Signals)
