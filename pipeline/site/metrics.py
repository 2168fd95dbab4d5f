"""The operation report as Prometheus reads it (text exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import get_args

from pipeline.alerts.words import Cause
from pipeline.store.reports.operation_report import OperationReport

_SINCE = {
    "published": ("wirewatch_published_to_alert_seconds", "publication to alert, quantiles of the last day"),
    "alerted": ("wirewatch_alert_to_delivered_seconds", "alert to receiver, quantiles of the last day"),
}
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


def exposition(report: OperationReport) -> str:
    """All metrics, one family after another. Gauges are as of now; counters end in `_total`."""
    return "".join((UP, *_queues(report), *_states(report), *_times(report), *_totals(report)))


def _queues(report: OperationReport) -> Iterator[str]:
    now = report.now
    yield _family(
        "wirewatch_queue_due",
        "gauge",
        "rows a stage could do now",
        (({"stage": b.stage}, b.due) for b in report.backlog),
    )
    yield _family(
        "wirewatch_queue_age_seconds", "gauge", "how long the oldest due row of a stage has waited",
        (({"stage": b.stage}, b.age(now).total_seconds()) for b in report.backlog),
    )  # fmt: skip
    yield _family(
        "wirewatch_queue_failing", "gauge", "rows that failed and are tried again",
        (({"stage": b.stage}, b.failing) for b in report.backlog),
    )  # fmt: skip


def _states(report: OperationReport) -> Iterator[str]:
    yield _family(
        "wirewatch_outcomes_total", "counter", "what was discarded or failed, by stage and reason",
        (({"stage": stage, "reason": reason}, times) for (stage, reason), times in report.outcomes.items()),
    )  # fmt: skip
    yield _family(
        "wirewatch_feeds", "gauge", "feeds by health", (({"health": h}, n) for h, n in report.feeds.items())
    )
    yield _family(
        "wirewatch_deliveries", "gauge", "deliveries of alerts by state",
        (({"state": state}, count) for state, count in report.deliveries.items()),
    )  # fmt: skip
    yield _family(
        "wirewatch_file_channel_unseen_seconds", "gauge", "since the machine with its file looked for work",
        (
            ({"channel": c.channel, "machine": c.machine_name}, (report.now - c.seen_at).total_seconds())
            for c in report.file_channels if c.seen_at
        ),
    )  # fmt: skip
    yield _family(
        "wirewatch_file_channel_waiting", "gauge", "messages left to the machine with the channel's file",
        (({"channel": c.channel, "machine": c.machine_name}, c.waiting) for c in report.file_channels),
    )  # fmt: skip
    yield _family(
        "wirewatch_troubles", "gauge", "open notices to the operator, by cause",
        (({"cause": cause}, report.troubles.get(cause, 0)) for cause in (*get_args(Cause),)),
    )  # fmt: skip


def _times(report: OperationReport) -> Iterator[str]:
    for since, (name, what) in _SINCE.items():
        values = zip(("0.5", "0.95"), report.latencies.get(since, ()), strict=False)
        yield _family(name, "gauge", what, (({"quantile": share}, seconds) for share, seconds in values))
    for name, moment, what in (
        ("poll", report.last_poll_at, "poll"),
        ("text", report.last_text_at, "new text"),
        ("alert", report.last_alert_at, "alert"),
        ("configuration", report.configuration_at, "accepted alerts.yml"),
    ):
        yield _family(
            f"wirewatch_last_{name}_age_seconds", "gauge", f"seconds since the last {what}; none before the first",
            _age(moment, report.now),
        )  # fmt: skip


def _totals(report: OperationReport) -> Iterator[str]:
    for name, count in (
        ("articles", report.articles),
        ("texts", report.texts),
        ("meetings", report.meetings),
        ("alerts", report.alerts),
    ):
        yield _family(f"wirewatch_{name}_total", "counter", f"{name} stored", [({}, count)])
    yield _family("wirewatch_database_bytes", "gauge", "size of the database", [({}, report.database_bytes)])


def _age(moment: datetime | None, now: datetime) -> list[Sample]:
    return [] if moment is None else [({}, (now - moment).total_seconds())]


def _family(name: str, kind: str, what: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


DOWN = _family("wirewatch_up", "gauge", "1 while the database answers", [({}, 0.0)])
UP = _family("wirewatch_up", "gauge", "1 while the database answers", [({}, 1.0)])
