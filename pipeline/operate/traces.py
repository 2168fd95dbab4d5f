"""OpenTelemetry traces, where an endpoint is set: runs of stages that did something, and the way of each alert.

Without OTEL_EXPORTER_OTLP_ENDPOINT nothing is imported and nothing wrapped. The OTEL_* variables are those of the
OpenTelemetry specification; spans go out in the background by OTLP over HTTP, and what cannot be sent is dropped
and logged by the library: no stage waits for it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from pipeline.records import Tally
from pipeline.stages.line import Context, Stage
from pipeline.store.reports.alert_steps import AlertSteps, delivered_at

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

log = structlog.get_logger(__name__)


@contextmanager
def traced(
    stages: Mapping[str, Stage], environment: Mapping[str, str] = os.environ
) -> Iterator[Mapping[str, Stage]]:
    """The stages, each of whose runs is a span where an endpoint is set; what is left is sent at the end."""
    if not any(environment.get(name) for name in ENDPOINTS):
        yield stages
        return
    try:
        provider = _provider(environment)
    except ImportError:
        log.warning("traces are off although an endpoint is set", mend="pip install 'wirewatch[telemetry]'")
        yield stages
        return
    try:
        tracer = provider.get_tracer("wirewatch")
        yield {name: _traced(tracer, name, stage) for name, stage in stages.items()}
    finally:
        provider.shutdown()


def _provider(environment: Mapping[str, str]) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = "OTEL_SERVICE_NAME" in environment or "service.name" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    provider = TracerProvider(resource=Resource.create({} if named else {"service.name": "wirewatch"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _traced(tracer: Tracer, name: str, stage: Stage) -> Stage:
    from opentelemetry.trace import Status, StatusCode

    def run(ctx: Context, now: datetime) -> Tally:
        begun = time.time_ns()
        try:
            tally = stage(ctx, now)
        except Exception as error:
            span = tracer.start_span(name, start_time=begun)
            span.record_exception(error)
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            span.end()
            raise
        done = {f"wirewatch.{reason}": n for reason, n in tally.counts.items() if n}
        if done:  # a look at an empty list is no news
            tracer.start_span(name, start_time=begun, attributes=done).end()
        if name == "notify" and any(reason.endswith("_delivered") for reason in tally.counts):
            _trace_alerts(tracer, ctx, now)
        return tally

    return run


def _trace_alerts(tracer: Tracer, ctx: Context, now: datetime) -> None:
    """A trace of each alert that this run delivered, from its publication on, with a span for every stage."""
    with ctx.engine.connect() as conn:
        delivered = delivered_at(conn, now)
    for alert in delivered:
        _trace_alert(tracer, alert)


def _trace_alert(tracer: Tracer, alert: AlertSteps) -> None:
    from opentelemetry.trace import set_span_in_context

    legs = alert.legs()
    about = {"wirewatch.alert": alert.key, "wirewatch.channel": alert.channel, "url.full": alert.url}
    whole = tracer.start_span("alert", start_time=_ns(legs[0][1] if legs else alert.alerted), attributes=about)
    inside = set_span_in_context(whole)
    for name, begin, end in legs:
        tracer.start_span(name, context=inside, start_time=_ns(begin)).end(_ns(end))
    whole.end(_ns(alert.delivered))


def _ns(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1000
