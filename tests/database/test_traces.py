"""Traces reach a real OTLP receiver, and cost nothing where no endpoint is set."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import newsdesk
import pytest
from local_web import LocalWeb, Reply, serve
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from sqlalchemy import Engine, create_engine
from staging import source, stage_context

from pipeline.operate.traces import traced
from pipeline.stages.line import STAGES

NOW = newsdesk.NOW


class Collector:
    """An OTLP receiver over HTTP; keeps what it gets."""

    def __init__(self, web: LocalWeb) -> None:
        self.url = web.url("")
        self.requests: list[ExportTraceServiceRequest] = []

        def take(request: BaseHTTPRequestHandler) -> Reply:
            body = request.rfile.read(int(request.headers["Content-Length"]))
            self.requests.append(ExportTraceServiceRequest.FromString(body))
            return Reply(b"", headers={"Content-Type": "application/x-protobuf"})

        web.pages["/v1/traces"] = take

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with serve() as web:
        yield Collector(web)


def test_each_run_and_each_alert_is_a_trace(
    collector: Collector, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    with serve() as web:
        feeds = newsdesk.put_up(web)
        with stage_context(engine, tmp_path, feeds, private=web.host) as ctx, traced(STAGES) as stages:
            for _ in range(2):  # the second finds nothing to do and is no news
                for stage in stages.values():
                    stage(ctx, NOW)
    runs = {span.name: span for span in collector.spans if not span.parent_span_id and span.name != "alert"}
    counts = {pair.key: pair.value.int_value for pair in runs["fetch"].attributes}
    assert counts["wirewatch.fetched"] == 28
    alerts = named(collector, "alert")
    assert len(named(collector, "process")) == 1 + len(alerts), "one run, and a leg of each alert"
    (service,) = {
        pair.value.string_value
        for request in collector.requests
        for resource in request.resource_spans
        for pair in resource.resource.attributes
        if pair.key == "service.name"
    }
    assert service == "wirewatch"
    assert alerts
    legs = [span for span in collector.spans if span.parent_span_id == alerts[0].span_id]
    assert [leg.name for leg in legs] == ["poll", "fetch", "process", "link", "notify"]
    assert alerts[0].end_time_unix_nano == NOW.timestamp() * 1_000_000_000


def named(collector: Collector, name: str) -> list[Span]:
    return [span for span in collector.spans if span.name == name]


def test_a_failed_run_is_a_span_with_its_error(
    collector: Collector, tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    lost = create_engine(engine.url.set(database="nowhere"))
    with (
        stage_context(lost, tmp_path, [source("wire", "http://127.0.0.1:1/rss")], private="127.0.0.1:1") as ctx,
        traced(STAGES) as stages,
        pytest.raises(Exception, match="nowhere"),
    ):
        stages["link"](ctx, datetime.now(UTC))
    (span,) = collector.spans
    assert span.status.code == span.status.STATUS_CODE_ERROR
    assert span.events[0].name == "exception"


def test_without_an_endpoint_nothing_is_imported_or_wrapped() -> None:
    code = (
        "import sys, pipeline.cli.stages\n"
        "from pipeline.operate.traces import traced\n"
        "from pipeline.stages.line import STAGES\n"
        "with traced(STAGES, {}) as stages: assert stages is STAGES\n"
        "assert not [m for m in sys.modules if m.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with traced(STAGES, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}) as stages:
        assert stages is STAGES
    printed = capsys.readouterr()
    assert "wirewatch[telemetry]" in printed.out + printed.err
