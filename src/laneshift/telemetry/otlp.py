"""Traces to an OpenTelemetry collector, as the standard OTEL_* variables say.

A tree is sent once its item or landing has ended. How far the journal was sent is kept in a file beside it, and moves
on only when the collector took what was before: what a killed process had not sent the next one sends. Should both have
sent it, the ids are the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Status, StatusCode, set_span_in_context

from laneshift import __version__
from laneshift.errors import CheckFailed
from laneshift.evidence.atomic import write_whole
from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.repo.flock import try_lock
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.spans import Span, item_tree, landing_tree, root_of

_AGAIN_SECONDS = 60.0


class Traces:
    """A teller. `folder` keeps how far the journal was sent; without one, as where clones share records, only what
    this process appended is sent, and what it had not sent when it was killed is not.
    """

    def __init__(self, journal: JournalPort, folder: Path | None, exporter: SpanExporter | None = None) -> None:
        self._journal = journal
        self._sender = _Sender(exporter or OTLPSpanExporter())
        self._cursor = None if folder is None else _Cursor(folder, journal)
        self._waiting: list[Record] = []
        self._not_before = 0.0

    def hear(self, record: Record, seconds: float) -> None:  # noqa: ARG002 - as the port has it
        """As the port says. Only the end of a tree is a reason to send."""
        if root_of(record):
            self._waiting.append(record)
            self.tick()

    def observe(self, samples: tuple[Sample, ...]) -> None:
        """As the port says: a sample is no part of a trace."""

    def tick(self) -> None:
        """As the port says. Raises `CheckFailed` (`telemetry.not-taken`) when the collector does not take it."""
        if monotonic() < self._not_before:
            return
        if self._cursor is None:
            self._send(self._waiting)
            self._waiting.clear()
            return
        new = self._cursor.pending()
        if new is None:
            return  # another process sends for all of them
        try:
            for record in new:
                self._send([record] if root_of(record) else [])
                self._cursor.reached(record.seq)
        finally:
            self._cursor.let_go()
        self._waiting.clear()

    def close(self) -> None:
        """As the port says: what waits is tried once more, also shortly after a failure."""
        if self._waiting:
            self._not_before = 0.0
            self.tick()
        self._sender.close()

    def _send(self, ends: Iterable[Record]) -> None:
        for end in ends:
            try:
                self._sender.send(self._tree(end))
            except CheckFailed:
                self._not_before = monotonic() + _AGAIN_SECONDS
                raise

    def _tree(self, end: Record) -> tuple[Span, ...]:
        prefix = root_of(end)
        records = self._journal.records(prefix=prefix)
        if end.kind == "land.ended":
            return landing_tree(end, records)
        item = str(end.facts["item"])
        claim = self._journal.get(f"{prefix.removesuffix(f'{item}/')}claim/{item}")
        return item_tree(end, records, None if claim is None else claim.at)


class _Cursor:
    """How far the journal was sent. One process at a time may move it."""

    def __init__(self, folder: Path, journal: JournalPort) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._lock, self._journal = folder / "traced", folder / "traced.lock", journal
        self._held: int | None = None
        self._stored = 0
        if not self._file.exists():
            # What ended before anybody wanted to know of it is not sent.
            tip = journal.tip()
            write_whole(self._file, str(0 if tip is None else tip.seq).encode())

    def pending(self) -> Iterator[Record] | None:
        """What is to be looked at, in order; None while another process does. `let_go` afterwards."""
        self._held = try_lock(self._lock)
        if self._held is None:
            return None
        text = self._file.read_bytes().strip()
        self._stored = int(text) if text.isdigit() else 0
        return iter(self._journal.records(after=self._stored))

    def reached(self, seq: int) -> None:
        """Everything up to the record with this number was sent."""
        self._stored = seq

    def let_go(self) -> None:
        """Keep how far it went, and let others go on."""
        write_whole(self._file, str(self._stored).encode())
        if self._held is not None:
            os.close(self._held)
            self._held = None


class _Ids(IdGenerator):
    """Gives the ids that the next span is to have."""

    span, trace = 1, 1

    def generate_span_id(self) -> int:
        """As the class above says."""
        return self.span

    def generate_trace_id(self) -> int:
        """As the class above says."""
        return self.trace


class _Kept(SpanProcessor):
    """Keeps the spans that the sampler chose, until they are sent together."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        """As the class above says."""
        self.spans.append(span)


class _Sender:
    """Makes spans of OpenTelemetry's of ours, by its samplers, limits and resource, and has them exported."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter, self._ids, self._kept = exporter, _Ids(), _Kept()
        named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        resource = Resource.create({} if named else {"service.name": "laneshift"})
        provider = TracerProvider(id_generator=self._ids, resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._kept)
        self._tracer = provider.get_tracer("laneshift", __version__)

    def send(self, tree: tuple[Span, ...]) -> None:
        """Send one tree, its root first. Raises `CheckFailed` (`telemetry.not-taken`)."""
        parents: dict[int, Context] = {}
        for span in tree:
            self._ids.span, self._ids.trace = span.id, span.trace
            parent = Context() if span.parent is None else parents[span.parent]
            made = self._tracer.start_span(
                span.name, parent, attributes=dict(span.attributes), start_time=span.begin * 1_000_000
            )
            if span.error:
                made.set_status(Status(StatusCode.ERROR, span.error))
            parents[span.id] = set_span_in_context(made, Context())
            made.end(span.end * 1_000_000)
        spans, self._kept.spans = self._kept.spans, []
        if spans and self._exporter.export(spans) is not SpanExportResult.SUCCESS:
            raise CheckFailed("telemetry.not-taken", "the collector did not take a trace; it is kept for the next time")

    def close(self) -> None:
        """Let go of the connection."""
        self._exporter.shutdown()
