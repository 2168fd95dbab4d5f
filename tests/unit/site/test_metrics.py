"""Metrics in the words of Prometheus, read back with a parser of its format."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pipeline.site.metrics import exposition
from pipeline.store.file_channels import ChannelMachine
from pipeline.store.reports.operation_report import Backlog, OperationReport

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
REPORT = OperationReport(
    now=NOW,
    backlog=(Backlog("fetch", 3, 1, 2, 9, NOW - timedelta(seconds=90)),),
    feeds={"ok": 4, "silent": 1},
    feed_errors={},
    deliveries={"delivered": 7, "dead": 1},
    dead=(),
    outcomes={("process", 'no "text"\n'): 5},
    last_poll_at=NOW - timedelta(seconds=30),
    newest_poll_of_a_feed=None,
    last_text_at=None,
    last_alert_at=None,
    articles=10,
    texts=12,
    meetings=2,
    alerts=1,
    database_bytes=1000,
    troubles={"configuration_refused": 1},
    latencies={"published": (3.4, 4.5)},
    configuration_at=NOW - timedelta(days=1),
    file_channels=(ChannelMachine("archive", "mark", "desk-2 (/srv/news)", NOW - timedelta(hours=1), 3),),
)
_SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)')


def test_every_line_is_a_comment_or_a_sample() -> None:
    for line in exposition(REPORT).splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or _SAMPLE.fullmatch(line), line


def test_values() -> None:
    lines = exposition(REPORT).splitlines()
    assert 'wirewatch_queue_age_seconds{stage="fetch"} 90' in lines
    assert 'wirewatch_feeds{health="silent"} 1' in lines
    assert 'wirewatch_outcomes_total{stage="process",reason="no \\"text\\"\\n"} 5' in lines
    assert "wirewatch_last_poll_age_seconds 30" in lines
    assert not any(line.startswith("wirewatch_last_alert_age_seconds ") for line in lines), "never is not zero"
